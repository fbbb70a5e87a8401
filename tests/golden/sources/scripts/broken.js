function fine() {}
class Half { method( {
