#include "app/core_value.h"

#include <algorithm>

#include <fmt/format.h>

#include "app/core_json.h"
#include "base/text.h"
#include "vmcore/waiting.h"

namespace inquest::app {
namespace {

using vmcore::CType;
using vmcore::Member;
using vmcore::TypeInfo;
using vmcore::TypeKind;
using vmcore::Value;
using vmcore::VirtAddr;

constexpr int kDeepest = 10;         // of structs in one another
constexpr size_t kMostString = 512;  // bytes of text behind a pointer

class Writer {
 public:
  Writer(vmcore::Kernel& kernel, const ValueStyle& style, bool json) : kernel_(kernel), style_(style), json_(json) {}

  void add(const Value& value, int depth) {
    if (out_.size() > style_.text || depth > kDeepest) {
      out_ += json_ ? "null" : "...";
      return;
    }
    if (vmcore::is_array(value.type)) {
      add_array(value, depth);
    } else if (vmcore::is_structure(value.type) && value.is_place) {
      add_structure(value, depth);
    } else {
      add_number(value);
    }
  }

  std::string take() { return std::move(out_); }

 private:
  static TypeInfo info_of(const CType& type) {
    return type.pointers > 0 || type.is_array ? TypeInfo() : vmcore::info_of(vmcore::strip_typedefs(type.type));
  }
  static bool is_char(const CType& type) { return info_of(type).is_char; }

  void unreadable(const Error& error) {
    out_ += json_ ? std::string("null") : fmt::format("({})", printable(error.text()));
  }
  void quoted(std::string_view text) {
    out_ += json_ ? core_json_string(text) : fmt::format("\"{}\"", printable(text));
  }

  void add_number(const Value& value) {
    const auto number = vmcore::number_of(kernel_, value);
    if (!number) return unreadable(number.error());
    if (vmcore::is_pointer(value.type)) return add_pointer(value.type, *number);
    const TypeInfo info = info_of(value.type);
    if (info.is_bool && *number <= 1) {
      out_ += *number == 1 ? "true" : "false";
      return;
    }
    if (info.kind == TypeKind::Enum) {
      const vmcore::Type bare = vmcore::strip_typedefs(value.type.type);
      for (const auto& one : bare.source->enumerators(bare.id)) {
        if (one.value != static_cast<int64_t>(*number)) continue;
        out_ += json_ ? core_json_string(one.name) : printable(one.name);
        return;
      }
    }
    if (style_.hex && !json_) {
      const uint64_t bytes = std::clamp<uint64_t>(vmcore::size_of(value.type), 1, 8);
      out_ += fmt::format("{:#x}", bytes < 8 ? *number & ((uint64_t{1} << bytes * 8) - 1) : *number);
    } else if (vmcore::is_signed(value.type)) {
      out_ += fmt::format("{}", static_cast<int64_t>(*number));
    } else {
      out_ += fmt::format("{}", *number);
    }
  }

  void add_pointer(const CType& type, uint64_t number) {
    if (json_) {
      out_ += fmt::format("\"{:#x}\"", number);
      return;
    }
    out_ += fmt::format("({}){:#x}", printable(vmcore::name_of(type)), number);
    if (number == 0) return;
    const auto target = vmcore::target_of(type);
    if (target && is_char(*target)) {
      const auto text = kernel_.space().cstring({number}, kMostString);
      if (text) out_ += fmt::format(" \"{}\"", printable(*text));
      return;
    }
    std::string symbol;
    if (kernel_.is_text({number})) {
      const vmcore::Location at = kernel_.locate({number});
      symbol = at.function + (at.offset != 0 ? fmt::format("+{:#x}", at.offset) : "") +
               (at.module.empty() ? "" : " [" + at.module + "]");
    } else {
      symbol = vmcore::data_symbol(kernel_, {number});
    }
    if (!symbol.empty()) out_ += fmt::format(" <{}>", printable(symbol));
  }

  void add_array(const Value& value, int depth) {
    const auto element = vmcore::target_of(value.type);
    if (!element || !value.is_place) {
      out_ += json_ ? "null" : "{}";
      return;
    }
    const uint64_t count = vmcore::count_of(value.type);
    if (is_char(*element)) {
      const auto text = kernel_.space().cstring(value.address, std::min<uint64_t>(count, 4096));
      return text ? quoted(*text) : unreadable(text.error());
    }
    const uint64_t step = vmcore::size_of(*element);
    if (count == 0 && !json_) {
      out_ += fmt::format("(an array at {:#x}, nobody says how long: ask for [0])", value.address.value);
      return;
    }
    out_ += json_ ? '[' : '{';
    for (uint64_t i = 0; i < count; ++i) {
      if (i != 0) out_ += json_ ? "," : ", ";
      if (i >= style_.elements || out_.size() > style_.text) {
        out_ += json_ ? "null" : "...";
        break;
      }
      Value one;
      one.type = *element;
      one.is_place = true;
      one.address = value.address + i * step;
      add(one, depth + 1);
    }
    out_ += json_ ? ']' : '}';
  }

  void add_structure(const Value& value, int depth) {
    out_ += json_ ? "{" : "{\n";
    bool first = true;
    add_members(value.type.type, value.address, depth, first);
    out_ += json_ ? "}" : std::string(static_cast<size_t>(depth) * 2, ' ') + "}";
  }

  // Members of an unnamed struct are those of the struct around it.
  void add_members(vmcore::Type type, VirtAddr at, int depth, bool& first) {
    type = vmcore::strip_typedefs(type);
    if (!type || depth > kDeepest) return;
    for (const Member& member : type.source->members(type.id)) {
      if (out_.size() > style_.text) return;
      Value one;
      one.type.type = member.type;
      one.is_place = true;
      one.address = at + member.bit_offset / 8;
      if (member.name.empty()) {
        if (!vmcore::is_structure(one.type)) continue;  // padding
        add_members(member.type, one.address, depth, first);
        continue;
      }
      one.bit_offset = static_cast<uint32_t>(member.bit_offset % 8);
      one.bit_size = member.bit_size;
      if (json_) {
        out_ += fmt::format("{}{}:", first ? "" : ",", core_json_string(member.name));
      } else {
        out_ += fmt::format("{:{}}{} = ", "", depth * 2 + 2, printable(member.name));
      }
      first = false;
      add(one, depth + 1);
      if (!json_) out_ += ",\n";
    }
  }

  vmcore::Kernel& kernel_;
  const ValueStyle& style_;
  bool json_;
  std::string out_;
};

}  // namespace

std::string value_text(vmcore::Kernel& kernel, const Value& value, const ValueStyle& style) {
  Writer writer(kernel, style, false);
  writer.add(value, 0);
  return writer.take();
}

std::string value_json(vmcore::Kernel& kernel, const Value& value, const ValueStyle& style) {
  Writer writer(kernel, style, true);
  writer.add(value, 0);
  return writer.take();
}

}  // namespace inquest::app
