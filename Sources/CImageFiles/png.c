#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "CImageFiles.h"

#if __has_include(<png.h>)
#include <png.h>
#endif

#if defined(PNG_SIMPLIFIED_READ_SUPPORTED)

// Its interface has kept this number since 2013.
static const char *const library_name = "libpng16.so.16";

static struct {
  __typeof__(&png_image_begin_read_from_memory) begin;
  __typeof__(&png_image_finish_read) finish;
  __typeof__(&png_image_free) free;
} png;
static int is_loaded;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void load(void) {
  void *library = dlopen(library_name, RTLD_NOW | RTLD_LOCAL);
  if (!library) return;
  png.begin = (__typeof__(png.begin))dlsym(library, "png_image_begin_read_from_memory");
  png.finish = (__typeof__(png.finish))dlsym(library, "png_image_finish_read");
  png.free = (__typeof__(png.free))dlsym(library, "png_image_free");
  is_loaded = png.begin && png.finish && png.free;
}

int bench_decode_png(const uint8_t *bytes, size_t count, bench_image *image) {
  memset(image, 0, sizeof *image);
  pthread_once(&once, load);
  if (!is_loaded) {
    snprintf(image->message, sizeof image->message,
             "PNG images need the library %s. Install it (Debian: libpng16-16).", library_name);
    return 1;
  }
  png_image reader;
  memset(&reader, 0, sizeof reader);
  reader.version = PNG_IMAGE_VERSION;
  // A warning is something that decoders mend, such as an unknown profile; an error is damage.
  if (!png.begin(&reader, bytes, count)) goto damaged;
  reader.format = PNG_FORMAT_RGB;
  // Images of 16 bits without a gamma are taken for what they mostly are.
  reader.flags |= PNG_IMAGE_FLAG_16BIT_sRGB;
  image->pixels = calloc(reader.height, PNG_IMAGE_ROW_STRIDE(reader));
  if (!image->pixels) {
    png.free(&reader);
    snprintf(image->message, sizeof image->message, "there is no memory for %ux%u pixels.", reader.width,
             reader.height);
    return 1;
  }
  const png_color black = {0, 0, 0};
  if (!png.finish(&reader, &black, image->pixels, 0, NULL)) goto damaged;
  image->width = reader.width;
  image->height = reader.height;
  return 0;

damaged:
  snprintf(image->message, sizeof image->message, "the PNG image is damaged (%s); replace or remove it.",
           reader.message);
  png.free(&reader);
  return 1;
}

#else

int bench_decode_png(const uint8_t *bytes, size_t count, bench_image *image) {
  (void)bytes, (void)count;
  memset(image, 0, sizeof *image);
  snprintf(image->message, sizeof image->message,
           "this build reads no PNG images: libpng's headers were missing. Install them (Debian: libpng-dev) and build "
           "again.");
  return 1;
}

#endif

void bench_image_free(bench_image *image) {
  free(image->pixels);
  image->pixels = NULL;
}
