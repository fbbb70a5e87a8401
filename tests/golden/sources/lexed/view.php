<h1>Title</h1>
<?php function show($x) { echo $x; } ?>
