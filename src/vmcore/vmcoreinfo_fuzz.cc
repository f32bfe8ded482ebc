// Whatever the text: each key that is there has a value that lies in the text, and no number is made of nothing.
#include "vmcore/vmcoreinfo.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using inquest::vmcore::VmcoreInfo;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const VmcoreInfo info = VmcoreInfo::parse(text);
  for (size_t from = 0; from < text.size();) {
    const std::string_view line = text.substr(from, text.find('\n', from) - from);
    const std::string_view key = line.substr(0, line.find('='));
    if (const auto value = info.value(key); value && text.find(*value) == std::string_view::npos) std::abort();
    const size_t open = key.find('(');
    if (open != std::string_view::npos && key.ends_with(')')) {
      const std::string_view name = key.substr(open + 1, key.size() - open - 2);
      (void)info.symbol(name);
      (void)info.number(name);
      (void)info.size(name);
      (void)info.offset(name);
      (void)info.length(name);
    }
    from += line.size() + 1;
  }
  (void)info.kernel_offset();
  (void)info.page_size();
  return 0;
}
