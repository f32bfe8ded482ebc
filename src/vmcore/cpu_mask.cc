#include "vmcore/cpu_mask.h"

#include <algorithm>

#include <fmt/format.h>

namespace inquest::vmcore {
namespace {

constexpr uint64_t kMaxBytes = 1024;  // of 8192 CPUs

}  // namespace

std::vector<uint32_t> cpus_in(Kernel& kernel, const Object& mask) {
  std::vector<uint32_t> out;
  Object set = mask;
  for (int i = 0; i < 2; ++i) {
    const TypeKind kind = set.info().kind;
    if (kind != TypeKind::Array && kind != TypeKind::Pointer) break;
    const auto inner = kind == TypeKind::Array ? set.element(0) : set.follow();
    if (!inner) return out;
    set = *inner;
  }
  const auto bits = set.at("bits");
  if (!bits) return out;
  std::vector<uint64_t> words(std::min(bits->info().size, kMaxBytes) / 8);
  const auto& possible = kernel.possible_cpus();
  if (possible.empty()) return out;
  words.resize(std::min<size_t>(words.size(), possible.back() / 64 + 1));
  if (!kernel.space().read(bits->address(), std::as_writable_bytes(std::span(words)))) return out;
  for (const uint32_t cpu : possible) {
    if (cpu / 64 < words.size() && (words[cpu / 64] >> cpu % 64 & 1) != 0) out.push_back(cpu);
  }
  return out;
}

std::string cpu_list(std::span<const uint32_t> cpus) {
  std::string out;
  for (size_t i = 0; i < cpus.size();) {
    size_t last = i;
    while (last + 1 < cpus.size() && cpus[last + 1] == cpus[last] + 1) ++last;
    out += fmt::format("{}{}", out.empty() ? "" : ",", cpus[i]);
    if (last != i) out += fmt::format("-{}", cpus[last]);
    i = last + 1;
  }
  return out;
}

}  // namespace inquest::vmcore
