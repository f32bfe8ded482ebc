#include "vmcore/per_cpu_counter.h"

namespace inquest::vmcore {
namespace {

template <typename T>
std::optional<T> global_number(Kernel& kernel, std::string_view symbol) {
  const auto at = kernel.symbol(symbol);
  if (!at) return std::nullopt;
  const auto value = kernel.space().number<T>(*at);
  return value ? std::optional(*value) : std::nullopt;
}

}  // namespace

std::optional<int64_t> per_cpu_counter(Kernel& kernel, const Object& counter) {
  const auto count = counter.signed_number("count");
  if (!count) return std::nullopt;
  int64_t sum = *count;
  const auto parts = counter.pointer("counters");
  if (!parts || parts->null()) return sum;
  // A CPU that went away has handed its part over, one that never came has none: all may be asked.
  for (const uint32_t cpu : kernel.possible_cpus()) {
    const auto part = kernel.per_cpu(*parts, cpu);
    // Wraps where memory is damaged, as the kernel's own sum would.
    if (part)
      sum = static_cast<int64_t>(static_cast<uint64_t>(sum) +
                                 static_cast<uint64_t>(kernel.space().number<int32_t>(*part).value_or(0)));
  }
  return sum;
}

std::optional<uint64_t> global_u64(Kernel& kernel, std::string_view symbol) {
  return global_number<uint64_t>(kernel, symbol);
}

std::optional<uint32_t> global_u32(Kernel& kernel, std::string_view symbol) {
  return global_number<uint32_t>(kernel, symbol);
}

}  // namespace inquest::vmcore
