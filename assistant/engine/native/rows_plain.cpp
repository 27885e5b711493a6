// Rows for any CPU: what the compiler takes for granted on it.
#define NATIVE_TARGET
#include "rows_body.h"

namespace native {
Rows rows_plain() { return table("plain"); }
}  // namespace native
