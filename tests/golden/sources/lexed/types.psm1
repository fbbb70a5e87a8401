class Tool {
    [string]$Name
}
enum Level { Low; High }
