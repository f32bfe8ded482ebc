// rd: memory as numbers or text.
#include <algorithm>
#include <cstring>

#include <fmt/format.h>

#include "app/core_command.h"
#include "base/text.h"

namespace inquest::app {
namespace {

constexpr uint64_t kMost = 65536;  // numbers at once

struct Wish {
  uint64_t width = 8, count = 1;
  bool physical = false;
  vmcore::VirtAddr address;
};

Result<Wish> parse(vmcore::Kernel& kernel, std::span<const std::string> words) {
  Wish out;
  std::vector<std::string_view> rest;
  for (const std::string& word : words) {
    if (word == "-8") {
      out.width = 1;
    } else if (word == "-16") {
      out.width = 2;
    } else if (word == "-32") {
      out.width = 4;
    } else if (word == "-64") {
      out.width = 8;
    } else if (word == "-p") {
      out.physical = true;
    } else {
      rest.push_back(word);
    }
  }
  if (rest.empty() || rest.size() > 2) return fail(ErrorCode::Failed, "rd takes an address or symbol, and a count");
  const auto address = core_address(kernel, rest[0]);
  if (!address) return fail(ErrorCode::Failed, fmt::format("rd: {} is no address and no symbol", rest[0]));
  out.address = *address;
  if (rest.size() == 2) {
    const auto count = core_number(rest[1]);
    if (!count || *count == 0 || *count > kMost) {
      return fail(ErrorCode::Failed, fmt::format("rd: the count is from 1 to {}", kMost));
    }
    out.count = *count;
  }
  return out;
}

Result<CoreAnswer> run(CoreSession& session, std::span<const std::string> words) {
  const auto wish = parse(session.kernel, words);
  if (!wish) return fail(wish.error());
  CoreAnswer out;
  std::vector<std::byte> bytes(wish->count * wish->width);
  if (wish->physical) {
    const auto done = session.kernel.dump().memory().read({wish->address.value}, bytes);
    if (!done) return fail(done.error());
  } else {
    const size_t got = session.kernel.space().read_some(wish->address, bytes);
    if (got < bytes.size()) {
      out.problems.push_back(fmt::format("memory ends at {:#x}", wish->address.value + got));
      bytes.resize(got / wish->width * wish->width);
    }
    if (bytes.empty())
      return fail(ErrorCode::NotFound, fmt::format("nothing can be read at {:#x}", wish->address.value));
  }
  if (session.json)
    out.text = fmt::format("{{\"address\":\"{:#x}\",\"width\":{},\"values\":[", wish->address.value, wish->width);
  constexpr size_t kLine = 16;
  for (size_t at = 0; at < bytes.size(); at += kLine) {
    const auto line = std::span(bytes).subspan(at, std::min(kLine, bytes.size() - at));
    std::string numbers;
    for (size_t i = 0; i < line.size(); i += wish->width) {
      uint64_t value = 0;
      std::memcpy(&value, line.data() + i, wish->width);
      if (session.json) {
        out.text += fmt::format("{}\"{:#x}\"", at + i == 0 ? "" : ",", value);
      } else {
        numbers += fmt::format(" {:0{}x}", value, wish->width * 2);
      }
    }
    if (session.json) continue;
    std::string text;
    for (const std::byte one : line) {
      const char c = static_cast<char>(one);
      text += c >= ' ' && c < 0x7f ? c : '.';
    }
    const size_t columns = kLine / wish->width * (wish->width * 2 + 1);
    out.text += fmt::format("{:016x}: {:<{}}  {}\n", wish->address.value + at, numbers, columns, text);
  }
  if (session.json) out.text += "]}\n";
  return out;
}

}  // namespace

extern const CoreCommand rd_core_command;
const CoreCommand rd_core_command = {.name = "rd",
                                     .other_names = "x",
                                     .synopsis = "rd [-8|-16|-32|-64] [-p] ADDRESS [COUNT]",
                                     .summary = "memory as numbers and text; -p by physical address",
                                     .run = run};

}  // namespace inquest::app
