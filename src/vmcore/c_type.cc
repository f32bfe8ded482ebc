#include "vmcore/c_type.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/text.h"

namespace inquest::vmcore {
namespace {

constexpr uint64_t kPointerBytes = 8;
constexpr size_t kMostStars = 8;

TypeInfo stripped(const CType& type) { return info_of(strip_typedefs(type.type)); }
bool bare(const CType& type) { return type.pointers == 0 && !type.is_array; }

// C allows words of an integer's name in many orders; BTF has the compiler's.
std::string_view canonical(std::string_view name) {
  struct Alias {
    std::string_view word, name;
  };
  static constexpr std::array kAliases = {Alias{"unsigned", "unsigned int"},
                                          Alias{"unsigned long", "long unsigned int"},
                                          Alias{"unsigned long int", "long unsigned int"},
                                          Alias{"ulong", "long unsigned int"},
                                          Alias{"uint", "unsigned int"},
                                          Alias{"uchar", "unsigned char"},
                                          Alias{"long", "long int"},
                                          Alias{"long long", "long long int"},
                                          Alias{"unsigned long long", "long long unsigned int"},
                                          Alias{"short", "short int"},
                                          Alias{"unsigned short", "short unsigned int"},
                                          Alias{"bool", "_Bool"}};
  const auto* const alias = std::ranges::find(kAliases, name, &Alias::word);
  return alias == kAliases.end() ? name : alias->name;
}

}  // namespace

std::optional<CType> find_c_type(const Types& types, std::string_view name) {
  CType out;
  name = trim(name);
  if (name.ends_with("]")) {
    const size_t open = name.rfind('[');
    if (open == std::string_view::npos) return std::nullopt;
    const std::string_view count = trim(name.substr(open + 1, name.size() - open - 2));
    const auto number = count.empty() ? std::optional<uint64_t>(0) : parse_int<uint64_t>(count);
    if (!number) return std::nullopt;
    out.is_array = true;
    out.count = *number;
    name = trim(name.substr(0, open));
  }
  while (name.ends_with("*")) {
    if (++out.pointers > kMostStars) return std::nullopt;
    name = trim(name.substr(0, name.size() - 1));
  }
  std::string words;
  for (const std::string_view word : split_blanks(name)) {
    if (word == "const" || word == "volatile") continue;
    words += (words.empty() ? "" : " ") + std::string(word);
  }
  if (words == "void") return out.pointers > 0 ? std::optional(out) : std::nullopt;
  if (words.empty()) return std::nullopt;
  out.type = types.find(canonical(words));
  return out.type ? std::optional(out) : std::nullopt;
}

bool is_array(const CType& type) {
  return type.is_array || (type.pointers == 0 && stripped(type).kind == TypeKind::Array);
}

bool is_pointer(const CType& type) {
  if (type.is_array) return false;
  return type.pointers > 0 || stripped(type).kind == TypeKind::Pointer;
}

bool is_structure(const CType& type) {
  if (!bare(type)) return false;
  const TypeKind kind = stripped(type).kind;
  return kind == TypeKind::Struct || kind == TypeKind::Union;
}

std::optional<CType> target_of(const CType& type) {
  CType out = type;
  if (type.is_array) {
    out.is_array = false;
    out.count = 0;
    return out;
  }
  if (type.pointers > 0) {
    --out.pointers;
    return out;
  }
  const TypeInfo info = stripped(type);
  if (info.kind != TypeKind::Pointer && info.kind != TypeKind::Array) return std::nullopt;
  // A pointer to void has a target that is no type.
  return CType{.type = info_of(info.target).kind == TypeKind::Void ? Type{} : info.target};
}

CType pointer_to(const CType& type) {
  CType out = type;
  // A pointer to an array is used as one to its first element.
  out.is_array = false;
  out.count = 0;
  ++out.pointers;
  return out;
}

uint64_t size_of(const CType& type) {
  const uint64_t one = type.pointers > 0 || !type.type ? kPointerBytes : info_of(type.type).size;
  uint64_t out = one;
  if (type.is_array && __builtin_mul_overflow(one, type.count, &out)) return 0;
  return out;
}

uint64_t count_of(const CType& type) { return type.is_array ? type.count : stripped(type).count; }

bool is_signed(const CType& type) {
  if (type.plain()) return type.is_signed;
  return bare(type) && stripped(type).is_signed;
}

std::string name_of(const CType& type) {
  std::string out = type.type ? type_name(type.type) : (type.pointers > 0 ? "void" : "long");
  if (type.pointers > 0) out += (out.ends_with('*') ? "" : " ") + std::string(type.pointers, '*');
  if (type.is_array) out += type.count != 0 ? fmt::format(" [{}]", type.count) : " []";
  return out;
}

}  // namespace inquest::vmcore
