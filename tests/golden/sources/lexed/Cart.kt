package shop.cart
import shop.money.Money
data class Cart(val id: Int)
object Carts { fun open(id: Int) = Cart(id) }
interface Priced
typealias Id = Int
val kind = Cart::class
