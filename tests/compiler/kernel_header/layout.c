// Where the fields of types.c stand: compiled as C with the types themselves, and as C++ with the header that was made
// of them.
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#ifdef __cplusplus
#include "types.hpp"
using namespace ebpfxx::kernel;
#define NAMED(in_c, in_cpp) in_cpp
#else
#include "types.c"
#define NAMED(in_c, in_cpp) in_c
#endif

#define TYPE(type) printf("%s: %zu bytes\n", #type, sizeof(type))
#define FIELD(type, field) FIELD_NAMED(type, #field, field)
#define FIELD_NAMED(type, name, field) \
  printf("%s.%s: %zu bytes at %zu\n", #type, name, sizeof(((type*)0)->field), offsetof(type, field))

static void print_bits(void) {
  struct bits bits;
  memset(&bits, 0, sizeof bits);
  bits.low = 5;
  bits.high = 0xa5;
  bits.rest = 0x123456789;
  for (size_t i = 0; i < sizeof bits; ++i) printf("%02x ", ((unsigned char*)&bits)[i]);
  printf("\n");
}

int main(void) {
  TYPE(struct namesake);
  TYPE(holder);
  TYPE(struct packed);
  TYPE(struct bits);
  TYPE(struct aligned);
  TYPE(struct empty);
  TYPE(union either);
  TYPE(struct everything);
  TYPE(struct forward);
  FIELD_NAMED(struct namesake, "namesake", NAMED(namesake, namesake_));
  FIELD(struct namesake, later);
  FIELD(struct packed, second);
  FIELD(struct packed, third);
  FIELD(struct aligned, inner);
  FIELD(struct aligned, inner.number);
  FIELD_NAMED(struct everything, "class", NAMED(class, class_));
  FIELD_NAMED(struct everything, "private", NAMED(private, private_));
  FIELD_NAMED(struct everything, "new", NAMED(new, new_));
  FIELD_NAMED(struct everything, "template", NAMED(template, template_));
  FIELD(struct everything, truth);
  FIELD(struct everything, u32);
  FIELD(struct everything, anonymous);
  FIELD(struct everything, deep[2][1]);
  FIELD(struct everything, held.val);
  FIELD(struct everything, packed[2].second);
  FIELD(struct everything, bits);
  FIELD(struct everything, aligned);
  FIELD(struct everything, empty);
  FIELD(struct everything, either.word);
  FIELD(struct everything, name);
  FIELD(struct everything, call);
  FIELD(struct everything, table);
  FIELD(struct everything, nested);
  FIELD(struct everything, big);
  FIELD(struct everything, flag);
  FIELD(struct everything, wide);
  printf("rest: at %zu\n", offsetof(struct everything, rest));
  printf("big: %lld to %lld\n", (long long)big_smallest, (long long)big_largest);
  printf("%d %d\n", NAMED(false, false_), NAMED(true, true_));
  print_bits();
  return 0;
}
