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

constexpr std::size_t LINE = 128;                    // lines of the cache come in pairs

template <typename T>
bool is(const View<T>& view, std::initializer_list<std::ptrdiff_t> shape) {
    return view.shape == std::vector<std::ptrdiff_t>(shape);
}

}  // namespace

Block pages(std::size_t bytes) {
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

Packed::Packed(const std::string& name, const Plan& plan, int ins, int outs, const Isa& isa) {
    const int groups = plan.groups;
    want(groups > 0 && ins % groups == 0 && outs % groups == 0,
         name + " can't be cut into " + std::to_string(groups) + " groups");
    want(is(plan.scale, {outs}) && is(plan.bias, {outs}), name + " has other scales or biases");
    Product& p = product_;
    p.ins = ins, p.outs = outs, p.groups = groups;
    p.depth = padded(ins / groups, STEP);
    p.panels = padded(outs / groups, PANEL) / PANEL;
    for (std::ptrdiff_t i = 0; plan.columns.at && i < plan.columns.shape.at(0); ++i)
        want(plan.columns.at[i] >= 0 && plan.columns.at[i] < ins,
             name + ".outliers has inputs that are not there");
    start_.assign(static_cast<std::size_t>(groups) * p.panels * PANEL, 0);
    scale_and_bias(plan);
    p.loud = plan.columns.at ? static_cast<int>(plan.columns.shape.at(0)) : 0;
    columns_.assign(plan.columns.at, plan.columns.at + p.loud);
    apart_.assign(p.loud * start_.size(), 0);
    if (!plan.sparse.blocks.shape.empty()) {
        pack_sparse(name, plan, isa.sparse);
    } else {
        want(is(plan.weight, {outs, ins / groups}), name + ".weight has another shape");
        pack(plan, isa.kernel.unsigned_rows ? 128 : 0);
        keep_apart(plan);
    }
    p.packed = weights_.get(), p.start = start_.data();
    p.scale = scale_.data(), p.bias = bias_.data();
    p.at = at_.data(), p.faces = faces_.data(), p.shown = shown_.data();
    p.columns = columns_.data(), p.weights = apart_.data();
}

int Packed::place_of(int out) const {
    const int share = product_.outs / product_.groups;
    return out / share * product_.panels * PANEL + out % share;
}

void Packed::scale_and_bias(const Plan& plan) {
    scale_.assign(start_.size(), 0), bias_.assign(start_.size(), 0);
    for (int out = 0; out < product_.outs; ++out) {
        scale_[place_of(out)] = plan.scale.at[out];
        bias_[place_of(out)] = plan.bias.at[out];
    }
}

void Packed::pack(const Plan& plan, int shift) {
    Product& p = product_;
    const int share = p.outs / p.groups, width = p.ins / p.groups;
    const std::size_t panel = static_cast<std::size_t>(PANEL) * p.depth;
    p.shift = shift, p.tasks = p.groups * p.panels;
    weights_ = block(panel * p.tasks);
    int8_t* packed = weights_.get();
    std::memset(packed, 0, panel * p.tasks);
    for (int task = 0; task <= p.tasks; ++task) at_.push_back(task * panel), faces_.push_back(task);
    faces_.push_back(p.tasks);
    for (int task = 0; task < p.tasks; ++task) shown_.push_back(task);
    for (int out = 0; out < p.outs; ++out) {
        const int group = out / share, channel = out % share;
        const int8_t* from = plan.weight.at + static_cast<std::ptrdiff_t>(out) * width;
        int8_t* to = packed + (static_cast<std::size_t>(group) * p.panels + channel / PANEL) * panel +
                     channel % PANEL * QUAD;
        int32_t sum = 0;
        for (int k = 0; k < width; k += QUAD) {
            const int some = std::min(QUAD, width - k);
            std::memcpy(to + k * PANEL, from + k, some);
            for (int i = 0; i < some; ++i) sum += from[k + i];
        }
        start_[place_of(out)] = -shift * sum;
    }
}

void Packed::keep_apart(const Plan& plan) {
    const Product& p = product_;
    const int share = p.outs / p.groups, width = p.ins / p.groups;
    for (int i = 0; i < p.loud; ++i) {
        const int group = columns_[i] / width, column = columns_[i] % width;
        for (int out = group * share; out < (group + 1) * share; ++out)
            apart_[i * start_.size() + place_of(out)] =
                static_cast<float>(plan.weight.at[static_cast<std::ptrdiff_t>(out) * width + column]) *
                plan.scale.at[out];
    }
}

bool Packed::reads_like(const Packed& other) const {
    const Product &p = product_, &q = other.product_;
    return p.line == q.line && (p.line || p.groups == q.groups) && columns_ == other.columns_;
}

}  // namespace native
