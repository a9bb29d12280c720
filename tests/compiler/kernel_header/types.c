// Types as kernels have them, which C++ has to be told in another way.
typedef unsigned int u32;
enum big { big_smallest = -9223372036854775807LL - 1, big_largest = 9223372036854775807LL };

struct opaque;
struct forward;
struct namesake {  // also the name of a member, which in C++ is the constructor's
  int namesake;
  struct forward* later;
};
typedef struct {
  u32 val;
} holder;
struct __attribute__((packed)) packed {
  char first;
  u32 second;
  unsigned short third;
};
struct bits {
  u32 low : 3, : 5, high : 8;
  unsigned long rest : 33;
};
struct aligned {
  char byte;
  struct {
    int number;
  } __attribute__((aligned(32))) inner;
};
struct empty {};
union either {
  char bytes[7];
  u32 word;
};
struct everything {
  int class, private, new, template;  // keywords in C++, as what follows
  enum { false, true } truth;
  u32 u32;  // hides the type
  union {
    int anonymous;
    struct {
      short deep[3][2];
    };
  };
  holder held;
  struct packed packed[3];
  struct bits bits;
  struct aligned aligned;
  struct empty empty;
  union either either;
  const char* const name;
  int (*call)(struct opaque*, const void*, ...);
  int (*table[4])(struct everything* self, struct { int x; } * unnamed);
  void* (*(*nested)(void))[2];
  volatile enum big big;
  _Bool flag;
  unsigned __int128 wide;
  char rest[];
};
struct forward {
  struct everything everything;
};

struct forward* of_forward(void) { return 0; }
struct namesake* of_namesake(enum big big) { return 0; }
int of_either(union either* either) { return 0; }
