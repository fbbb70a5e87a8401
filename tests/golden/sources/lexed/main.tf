variable "region" {}
resource "aws_s3_bucket" "logs" {
  bucket = "x"
}
locals { a = 1 }
