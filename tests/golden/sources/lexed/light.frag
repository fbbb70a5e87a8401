struct Light { vec3 colour; };
in vec3 position;
uniform Light lights[4];
out vec4 shade;
void main() { shade = vec4(lights[0].colour, 1.0); }
