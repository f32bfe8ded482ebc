// struct: a type's members with their offsets, or their values at an address.
#include <fmt/format.h>

#include "app/core_command.h"
#include "base/text.h"
#include "vmcore/object.h"

namespace inquest::app {
namespace {

using vmcore::Member;
using vmcore::Object;
using vmcore::Type;
using vmcore::TypeInfo;
using vmcore::TypeKind;

constexpr int kDeepest = 8;             // of structs in one another
constexpr size_t kMostText = 4 << 20;   // of one answer
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

// `base`: of this struct in the outermost one, in bytes.
void add_members(CoreSession& session, Type type, std::optional<vmcore::VirtAddr> address, uint64_t base, int depth,
                 std::string& out) {
  type = vmcore::strip_typedefs(type);
  const std::string indent(static_cast<size_t>(depth) * 2 + 2, ' ');
  for (const Member& member : type.source->members(type.id)) {
    if (out.size() > kMostText) return;
    const uint64_t offset = base + member.bit_offset / 8;
    const std::string bits = member.bit_size != 0 ? fmt::format(":{}", member.bit_size) : "";
    const bool anonymous = member.name.empty();
    if (holds_members(member.type) && depth < kDeepest && (address || anonymous)) {
      out += fmt::format("{:>6} {}{}{} {{\n", offset, indent, vmcore::type_name(member.type),
                         anonymous ? "" : " " + member.name);
      std::optional<vmcore::VirtAddr> inner;
      if (address) inner = *address + member.bit_offset / 8;
      add_members(session, member.type, inner, offset, depth + 1, out);
      out += fmt::format("{:>6} {}}}\n", "", indent);
      continue;
    }
    out += fmt::format("{:>6} {}{} {}{}", offset, indent, printable(vmcore::type_name(member.type)),
                       printable(member.name), bits);
    if (address && !anonymous) {
      const Object whole(session.kernel.types(), session.kernel.space(), type, *address);
      const auto value = whole.at(member.name);
      out += " = " + (value ? value_of(*value) : std::string("(unreadable)"));
    }
    out += '\n';
  }
}

Result<CoreAnswer> run(CoreSession& session, std::span<const std::string> words) {
  if (words.empty() || words.size() > 2) return fail(ErrorCode::Failed, "struct takes a name, and an address");
  if (session.json) return fail(ErrorCode::Failed, "struct answers in text only");
  vmcore::Kernel& kernel = session.kernel;
  Type type = kernel.types().structure(words[0]);
  if (!type) {
    kernel.load_module_types();
    type = kernel.types().find("struct " + words[0]);
  }
  CoreAnswer out;
  add_kernel_problems(kernel, out);
  if (!type) return fail(ErrorCode::NotFound, fmt::format("no struct or union {}", words[0]));
  std::optional<vmcore::VirtAddr> address;
  if (words.size() == 2) {
    address = core_address(kernel, words[1]);
    if (!address) return fail(ErrorCode::Failed, fmt::format("struct: {} is no address and no symbol", words[1]));
  }
  out.text = fmt::format("{}{} {{\n", printable(vmcore::type_name(type)),
                         address ? fmt::format(" at {:#x}", address->value) : std::string());
  if (holds_members(type)) add_members(session, type, address, 0, 0, out.text);
  out.text += fmt::format("}}\nSIZE: {}\n", vmcore::info_of(vmcore::strip_typedefs(type)).size);
  return out;
}

}  // namespace

extern const CoreCommand struct_core_command;
const CoreCommand struct_core_command = {.name = "struct",
                                         .other_names = "union *",
                                         .synopsis = "struct NAME [ADDRESS]",
                                         .summary = "members of a type with their offsets, or their values",
                                         .run = run};

}  // namespace inquest::app
