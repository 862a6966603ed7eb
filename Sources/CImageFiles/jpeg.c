#include <dlfcn.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "CImageFiles.h"

#if __has_include(<jpeglib.h>)
#include <jerror.h>
#include <jpeglib.h>

// The library's structures differ between these; the headers say which one the build knows.
#if JPEG_LIB_VERSION >= 90
static const char *const library_name = "libjpeg.so.9";
#elif JPEG_LIB_VERSION >= 80
static const char *const library_name = "libjpeg.so.8";
#else
static const char *const library_name = "libjpeg.so.62";
#endif

static struct {
  __typeof__(&jpeg_std_error) std_error;
  __typeof__(&jpeg_CreateDecompress) create;
  __typeof__(&jpeg_mem_src) source;
  __typeof__(&jpeg_read_header) read_header;
  __typeof__(&jpeg_start_decompress) start;
  __typeof__(&jpeg_read_scanlines) read;
  __typeof__(&jpeg_finish_decompress) finish;
  __typeof__(&jpeg_destroy_decompress) destroy;
} jpeg;
static int is_loaded;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void load(void) {
  void *library = dlopen(library_name, RTLD_NOW | RTLD_LOCAL);
  if (!library) return;
#define LOAD(member, name) jpeg.member = (__typeof__(jpeg.member))dlsym(library, #name)
  LOAD(std_error, jpeg_std_error);
  LOAD(create, jpeg_CreateDecompress);
  LOAD(source, jpeg_mem_src);
  LOAD(read_header, jpeg_read_header);
  LOAD(start, jpeg_start_decompress);
  LOAD(read, jpeg_read_scanlines);
  LOAD(finish, jpeg_finish_decompress);
  LOAD(destroy, jpeg_destroy_decompress);
#undef LOAD
  is_loaded = jpeg.std_error && jpeg.create && jpeg.source && jpeg.read_header && jpeg.start && jpeg.read &&
              jpeg.finish && jpeg.destroy;
}

struct errors {
  struct jpeg_error_mgr manager;
  jmp_buf end;
  char text[JMSG_LENGTH_MAX];
};

// The library's own handlers print, and end the process.
static void stop(j_common_ptr decoder) {
  struct errors *errors = (struct errors *)decoder->err;
  errors->manager.format_message(decoder, errors->text);
  longjmp(errors->end, 1);
}

// The library makes up what is missing and goes on with a warning. For training that is damage.
static void emit(j_common_ptr decoder, int level) {
  if (level < 0) stop(decoder);
}

int bench_decode_jpeg(const uint8_t *bytes, size_t count, bench_image *image) {
  memset(image, 0, sizeof *image);
  pthread_once(&once, load);
  if (!is_loaded) {
    snprintf(image->message, sizeof image->message,
             "JPEG images need the library %s. Install it (Debian: libjpeg62-turbo, Ubuntu: libjpeg-turbo8).",
             library_name);
    return 1;
  }
  struct jpeg_decompress_struct decoder;
  struct errors errors;
  memset(&decoder, 0, sizeof decoder);
  decoder.err = jpeg.std_error(&errors.manager);
  errors.manager.error_exit = stop;
  errors.manager.emit_message = emit;
  if (setjmp(errors.end)) {
    snprintf(image->message, sizeof image->message, "the JPEG image is damaged (%s); replace or remove it.",
             errors.text);
    jpeg.destroy(&decoder);
    return 1;
  }
  jpeg.create(&decoder, JPEG_LIB_VERSION, sizeof decoder);
  jpeg.source(&decoder, bytes, count);
  jpeg.read_header(&decoder, TRUE);
  if (decoder.num_components == 4) {
    snprintf(image->message, sizeof image->message,
             "the JPEG image has the colours of a printer (CMYK); convert it to RGB.");
    jpeg.destroy(&decoder);
    return 1;
  }
  decoder.out_color_space = JCS_RGB;
  jpeg.start(&decoder);
  const size_t pitch = 3 * (size_t)decoder.output_width;
  image->pixels = malloc(pitch * decoder.output_height);
  if (!image->pixels) {
    snprintf(image->message, sizeof image->message, "there is no memory for %ux%u pixels.", decoder.output_width,
             decoder.output_height);
    jpeg.destroy(&decoder);
    return 1;
  }
  image->width = decoder.output_width;
  image->height = decoder.output_height;
  while (decoder.output_scanline < decoder.output_height) {
    JSAMPROW row = image->pixels + pitch * decoder.output_scanline;
    jpeg.read(&decoder, &row, 1);
  }
  jpeg.finish(&decoder);
  jpeg.destroy(&decoder);
  return 0;
}

#else

int bench_decode_jpeg(const uint8_t *bytes, size_t count, bench_image *image) {
  (void)bytes, (void)count;
  memset(image, 0, sizeof *image);
  snprintf(image->message, sizeof image->message,
           "this build reads no JPEG images: libjpeg's headers were missing. Install them (Debian: libjpeg-dev) and "
           "build again.");
  return 1;
}

#endif
