<?php
namespace App\Model;
use function strlen;
interface Named {}
class User implements Named {
  public function name(): string { return self::class; }
}
function make() { return new User(function ($x) {}); }
