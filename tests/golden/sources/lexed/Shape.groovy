package shapes
class Shape {
    void draw(int width) { paint(width) }
}
