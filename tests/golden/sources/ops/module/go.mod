module "example.org/ops/sub/v2"
