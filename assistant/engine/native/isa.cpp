// Which kernels this CPU has.
#include <algorithm>
#include <stdexcept>

#include "encoder.h"

namespace native {
namespace {

struct Choice {
    const char* name;
    bool (*here)();
    Kernel (*kernel)();
    Rows (*rows)();
};

bool always() { return true; }

// A kernel is only used after it has computed what the portable one does, on this very CPU.
bool proves(const Kernel& kernel) {
    constexpr int rows = 21, depth = 2 * STEP;
    alignas(64) int8_t x[rows * depth], shifted[rows * depth], panel[depth * PANEL];
    int32_t none[PANEL] = {}, start[PANEL] = {}, wanted[rows * PANEL], found[rows * PANEL];
    uint32_t state = 1;
    auto draw = [&state] { return state = state * 1664525u + 1013904223u, int(state >> 24) - 128; };
    for (int i = 0; i < rows * depth; ++i) {
        x[i] = static_cast<int8_t>(std::max(draw(), -127));
        shifted[i] = static_cast<int8_t>(x[i] + (kernel.unsigned_rows ? 128 : 0));
    }
    for (int i = 0; i < depth * PANEL; ++i) {
        panel[i] = static_cast<int8_t>(draw());
        if (kernel.unsigned_rows) start[i / QUAD % PANEL] -= 128 * panel[i];
    }
    portable().sums(x, depth, rows, panel, depth, none, panel, wanted);
    kernel.sums(shifted, depth, rows, panel, depth, start, panel, found);
    if (kernel.leave) kernel.leave();
    return std::equal(wanted, wanted + rows * PANEL, found);
}

// The best first.
const Choice choices[] = {
#ifdef NATIVE_X86
    {"amx", has_amx, amx, rows_avx512},
    {"avx512vnni", has_avx512vnni, avx512vnni, rows_avx512},
    {"avxvnni", has_avxvnni, avxvnni, rows_avx2},
    {"avx2", has_avx2, avx2, rows_avx2},
#endif
#ifdef NATIVE_ARM
    {"neon", has_neon, neon, rows_plain},
#endif
    {"portable", always, portable, rows_plain},
};

}  // namespace

std::vector<std::string> isas() {
    std::vector<std::string> found;
    for (const Choice& choice : choices)
        if (choice.here() && proves(choice.kernel())) found.emplace_back(choice.name);
    return found;
}

Isa isa(const std::string& name) {
    for (const Choice& choice : choices)
        if ((name.empty() || name == choice.name) && choice.here() && proves(choice.kernel()))
            return {choice.kernel(), choice.rows()};
    throw std::invalid_argument("this CPU has no kernel called " + name);
}

}  // namespace native
