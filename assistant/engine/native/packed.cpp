// Weights in the order in which the kernels read them.
#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <new>
#include <stdexcept>

#include "encoder.h"
#ifdef __linux__
#include <sys/mman.h>
#endif

namespace native {
namespace {

constexpr std::size_t LARGE = std::size_t{2} << 20;  // bytes of a large page
constexpr std::size_t LINE = 128;                    // lines of the cache come in pairs

void want(bool well, const std::string& what) {
    if (!well) throw std::invalid_argument(what);
}

template <typename T>
bool is(const View<T>& view, std::initializer_list<std::ptrdiff_t> shape) {
    return view.shape == std::vector<std::ptrdiff_t>(shape);
}

}  // namespace

static Block pages(std::size_t bytes) {
    void* at = ::operator new(bytes, std::align_val_t(LARGE));
#ifdef __linux__
    madvise(at, bytes, MADV_HUGEPAGE);
#endif
    return {static_cast<int8_t*>(at),
            [](int8_t* it) { ::operator delete(it, std::align_val_t(LARGE)); }};
}

Block block(std::size_t bytes) {
    static thread_local Block open;
    static thread_local std::size_t size = 0, used = 0;
    bytes = (bytes + LINE - 1) / LINE * LINE;
    if (size - used < bytes) {
        size = std::max(16 * LARGE, (bytes + LARGE - 1) / LARGE * LARGE), used = 0;
        open = pages(size);
    }
    used += bytes;
    return {open, open.get() + used - bytes};
}

Packed::Packed(const std::string& name, const Plan& plan, int ins, int outs, bool unsigned_rows) {
    const int groups = plan.groups;
    want(groups > 0 && ins % groups == 0 && outs % groups == 0,
         name + " can't be cut into " + std::to_string(groups) + " groups");
    want(is(plan.weight, {outs, ins / groups}), name + ".weight has another shape");
    want(is(plan.scale, {outs}) && is(plan.bias, {outs}), name + " has other scales or biases");
    product_.ins = ins, product_.outs = outs, product_.groups = groups;
    product_.depth = padded(ins / groups, STEP);
    product_.panels = padded(outs / groups, PANEL) / PANEL;
    for (std::ptrdiff_t i = 0; plan.columns.at && i < plan.columns.shape.at(0); ++i)
        want(plan.columns.at[i] >= 0 && plan.columns.at[i] < ins,
             name + ".outliers has inputs that are not there");
    pack(plan, unsigned_rows);
    keep_apart(plan);
}

void Packed::pack(const Plan& plan, bool unsigned_rows) {
    Product& p = product_;
    const int share = p.outs / p.groups, width = p.ins / p.groups, across = p.panels * PANEL;
    const std::size_t panel = static_cast<std::size_t>(PANEL) * p.depth;
    weights_ = block(panel * p.panels * p.groups);
    int8_t* packed = weights_.get();
    std::memset(packed, 0, panel * p.panels * p.groups);
    start_.assign(static_cast<std::size_t>(p.groups) * across, 0);
    scale_.assign(start_.size(), 0), bias_.assign(start_.size(), 0);
    for (int out = 0; out < p.outs; ++out) {
        const int group = out / share, channel = out % share, place = group * across + channel;
        const int8_t* from = plan.weight.at + static_cast<std::ptrdiff_t>(out) * width;
        int8_t* to = packed + (static_cast<std::size_t>(group) * p.panels + channel / PANEL) * panel +
                     channel % PANEL * QUAD;
        int32_t sum = 0;
        for (int k = 0; k < width; k += QUAD) {
            const int some = std::min(QUAD, width - k);
            std::memcpy(to + k * PANEL, from + k, some);
            for (int i = 0; i < some; ++i) sum += from[k + i];
        }
        start_[place] = unsigned_rows ? -128 * sum : 0;
        scale_[place] = plan.scale.at[out], bias_[place] = plan.bias.at[out];
    }
    p.packed = packed, p.start = start_.data(), p.scale = scale_.data(), p.bias = bias_.data();
}

void Packed::keep_apart(const Plan& plan) {
    Product& p = product_;
    p.loud = plan.columns.at ? static_cast<int>(plan.columns.shape.at(0)) : 0;
    columns_.assign(plan.columns.at, plan.columns.at + p.loud);
    const int share = p.outs / p.groups, width = p.ins / p.groups, across = p.panels * PANEL;
    apart_.assign(static_cast<std::size_t>(p.loud) * p.groups * across, 0);
    for (int i = 0; i < p.loud; ++i) {
        const int group = columns_[i] / width, column = columns_[i] % width;
        float* to = apart_.data() + (static_cast<std::size_t>(i) * p.groups + group) * across;
        for (int channel = 0; channel < share; ++channel) {
            const std::ptrdiff_t out = group * share + channel;
            to[channel] = static_cast<float>(plan.weight.at[out * width + column]) *
                          plan.scale.at[out];
        }
    }
    p.columns = columns_.data(), p.weights = apart_.data();
}

}  // namespace native
