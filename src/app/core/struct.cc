// struct: a type's members with their offsets, or their values at an address.
#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "app/core_command.h"
#include "app/core_json.h"
#include "base/text.h"
#include "vmcore/expression.h"
#include "vmcore/object.h"

namespace inquest::app {
namespace {

using vmcore::Member;
using vmcore::Object;
using vmcore::Type;
using vmcore::TypeInfo;
using vmcore::TypeKind;

constexpr int kDeepest = 8;             // of structs in one another
constexpr size_t kMostMembers = 65536;  // of one answer
constexpr uint64_t kMostElements = 16;  // of an array

std::string value_of(const Object& object) {
  const TypeInfo info = object.info();
  if (info.kind == TypeKind::Pointer) {
    const auto target = object.pointer();
    return target ? fmt::format("{:#x}", target->value) : "(unreadable)";
  }
  if (info.kind == TypeKind::Array && vmcore::info_of(vmcore::strip_typedefs(info.target)).is_char) {
    const auto text = object.string();
    return text ? fmt::format("\"{}\"", printable(*text)) : "(unreadable)";
  }
  if (info.kind == TypeKind::Array) {
    std::string out = "{";
    for (uint64_t i = 0; i < info.count && i < kMostElements; ++i) {
      const auto element = object.element(i);
      const auto number = element ? element->number() : Result<uint64_t>(fail(ErrorCode::NotFound, ""));
      if (!number) return fmt::format("[{} elements]", info.count);
      out += fmt::format("{}{}", i == 0 ? "" : ", ", *number);
    }
    return out + (info.count > kMostElements ? ", ...}" : "}");
  }
  const auto number = object.signed_number();
  if (!number) return "(unreadable)";
  if (info.kind == TypeKind::Enum) {
    for (const auto& one : object.type().source->enumerators(vmcore::strip_typedefs(object.type()).id)) {
      if (one.value == *number) return one.name;
    }
  }
  return info.is_signed ? fmt::format("{}", *number) : fmt::format("{}", static_cast<uint64_t>(*number));
}

bool holds_members(Type type) {
  const TypeKind kind = vmcore::info_of(vmcore::strip_typedefs(type)).kind;
  return kind == TypeKind::Struct || kind == TypeKind::Union;
}

// A member as it is shown.
struct Shown {
  uint64_t offset = 0;  // in the outermost type, in bytes
  std::string type;
  std::string name;                  // empty: anonymous
  uint64_t bits = 0;                 // of a bit field; 0: it is none
  std::optional<std::string> value;  // "(unreadable)" too; none where no address was given, or there are members
  std::optional<std::vector<Shown>> members;
};

// `base`: of this type in the outermost one, in bytes. `left`: how many members may still be shown.
std::vector<Shown> members_of(CoreSession& session, Type type, std::optional<vmcore::VirtAddr> address, uint64_t base,
                              int depth, size_t& left) {
  type = vmcore::strip_typedefs(type);
  std::vector<Shown> out;
  for (const Member& member : type.source->members(type.id)) {
    if (left == 0) break;
    --left;
    Shown& shown = out.emplace_back();
    shown.offset = base + member.bit_offset / 8;
    shown.type = vmcore::type_name(member.type);
    shown.name = member.name;
    shown.bits = member.bit_size;
    const bool anonymous = member.name.empty();
    if (holds_members(member.type) && depth < kDeepest && (address || anonymous)) {
      std::optional<vmcore::VirtAddr> inner;
      if (address) inner = *address + member.bit_offset / 8;
      shown.members = members_of(session, member.type, inner, shown.offset, depth + 1, left);
    } else if (address && !anonymous) {
      const Object whole(session.kernel.types(), session.kernel.space(), type, *address);
      const auto value = whole.at(member.name);
      shown.value = value ? value_of(*value) : std::string("(unreadable)");
    }
  }
  return out;
}

void add_text(const std::vector<Shown>& members, size_t depth, std::string& out) {
  const std::string indent(depth * 2 + 2, ' ');
  for (const Shown& member : members) {
    out += fmt::format("{:>6} {}{}", member.offset, indent, printable(member.type));
    if (!member.name.empty() || !member.members) out += " " + printable(member.name);
    if (member.bits != 0) out += fmt::format(":{}", member.bits);
    if (member.members) {
      out += " {\n";
      add_text(*member.members, depth + 1, out);
      out += fmt::format("{:>6} {}}}", "", indent);
    } else if (member.value) {
      out += " = " + *member.value;
    }
    out += '\n';
  }
}

std::string json_of(const Shown& member) {
  JsonObject out;
  out.add("offset", member.offset).add("type", member.type).add("name", member.name);
  if (member.bits != 0) out.add("bits", member.bits);
  if (member.members) return out.raw("members", json_array(*member.members, json_of)).text();
  return out.add("value", member.value).text();
}

// The address that a symbol, a number or an expression names.
Result<vmcore::VirtAddr> address_of(vmcore::Kernel& kernel, std::span<const std::string> words) {
  const std::string text = fmt::format("{}", fmt::join(words, " "));
  if (const auto address = core_address(kernel, text)) return *address;
  const auto evaluated = vmcore::evaluate(kernel, text);
  if (!evaluated) return fail(evaluated.error());
  if (evaluated->values.size() != 1) return fail(ErrorCode::Failed, fmt::format("{} is not one address", text));
  const vmcore::Value& value = evaluated->values.front();
  if (value.is_place && vmcore::is_structure(value.type)) return value.address;
  const auto number = vmcore::number_of(kernel, value);
  if (!number) return fail(number.error());
  return vmcore::VirtAddr{*number};
}

// `words`: the type, or TYPE.MEMBER,MEMBER for these alone, and where one is.
Result<CoreAnswer> run(CoreSession& session, std::span<const std::string> words) {
  if (words.empty()) return fail(ErrorCode::Failed, "struct takes a name, and an address");
  vmcore::Kernel& kernel = session.kernel;
  const std::string_view name = std::string_view(words[0]).substr(0, words[0].find('.'));
  Type type = kernel.types().structure(name);
  if (!type) {
    kernel.load_module_types();
    type = kernel.types().find(fmt::format("struct {}", name));
  }
  CoreAnswer out;
  add_kernel_problems(kernel, out);
  if (!type) return fail(ErrorCode::NotFound, fmt::format("no struct or union {}", name));
  std::optional<vmcore::VirtAddr> address;
  if (words.size() > 1) {
    const auto given = address_of(kernel, words.subspan(1));
    if (!given) return fail(given.error());
    address = *given;
  }
  size_t left = kMostMembers;
  std::vector<Shown> members;
  if (holds_members(type)) members = members_of(session, type, address, 0, 0, left);
  if (name.size() < words[0].size()) {
    const std::vector<std::string_view> wanted = split(std::string_view(words[0]).substr(name.size() + 1), ',');
    for (const std::string_view one : wanted) {
      if (std::ranges::find(members, one, &Shown::name) == members.end()) {
        return fail(ErrorCode::NotFound, fmt::format("{} has no member {}", vmcore::type_name(type), one));
      }
    }
    std::erase_if(members, [&](const Shown& member) {
      return std::ranges::find(wanted, std::string_view(member.name)) == wanted.end();
    });
  }
  const uint64_t size = vmcore::info_of(vmcore::strip_typedefs(type)).size;
  if (session.json) {
    out.text = JsonObject()
                   .add("type", vmcore::type_name(type))
                   .add("address", address)
                   .add("size", size)
                   .raw("members", json_array(members, json_of))
                   .text() +
               "\n";
    return out;
  }
  out.text = fmt::format("{}{} {{\n", printable(vmcore::type_name(type)),
                         address ? fmt::format(" at {:#x}", address->value) : std::string());
  add_text(members, 0, out.text);
  out.text += fmt::format("}}\nSIZE: {}\n", size);
  return out;
}

}  // namespace

extern const CoreCommand struct_core_command;
const CoreCommand struct_core_command = {.name = "struct",
                                         .other_names = "union whatis *",
                                         .synopsis = "struct NAME[.MEMBER,...] [ADDRESS]",
                                         .summary = "members of a type with their offsets, or their values",
                                         .run = run};

}  // namespace inquest::app
