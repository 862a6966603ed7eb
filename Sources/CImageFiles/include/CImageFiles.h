#pragma once
#include <stddef.h>
#include <stdint.h>

// PNG and JPEG files become bytes of red, green and blue. The system's libraries are loaded when they are needed, so
// that a program runs without them until it reads an image.

typedef struct {
  uint32_t width, height;
  // [height, width, 3]; owned, see bench_image_free.
  uint8_t *pixels;
  // Where decoding failed: a sentence that follows the name of the file.
  char message[400];
} bench_image;

// Both return 0, or 1 with a message.
int bench_decode_png(const uint8_t *bytes, size_t count, bench_image *image);
int bench_decode_jpeg(const uint8_t *bytes, size_t count, bench_image *image);

void bench_image_free(bench_image *image);
