#version 450 core
#define PRECISION highp

// Mixes two images.
layout(std430) buffer;
layout(set = 0, binding = 0) uniform PRECISION restrict writeonly image3D uOutput;
layout(set = 0, binding = 1) uniform PRECISION restrict Block {
  ivec4 size;
} uBlock;

const float kHalf = 0.5;

vec4 mixed(vec4 a, vec4 b) {
  return mix(a, b, kHalf);
}

void main() {
  vec4 local = mixed(vec4(0), vec4(1));
}
