$root = "C:\work"
function Get-Tool([string]$name) {
    $inner = Find $name
    Write-Host "function Fake {"
}
filter Even { $_ }
Get-Tool "x"
