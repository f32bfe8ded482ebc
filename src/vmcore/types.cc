#include "vmcore/types.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"

namespace inquest::vmcore {
namespace {

constexpr int kMostMembers = 200'000;  // looked at for one name
constexpr int kDeepest = 32;           // of typedefs, and of anonymous structs in one another

// `budget` counts members that were looked at: anonymous structs that hold one another must not multiply.
std::optional<Field> find_member(Type type, std::string_view name, int depth, int& budget) {
  type = strip_typedefs(type);
  if (!type || depth > kDeepest) return std::nullopt;
  const TypeInfo info = type.source->info(type.id);
  if (info.kind != TypeKind::Struct && info.kind != TypeKind::Union) return std::nullopt;
  for (const Member& member : type.source->members(type.id)) {
    if (--budget < 0) return std::nullopt;
    if (!member.name.empty() && member.name == name) {
      return Field{member.type, member.bit_offset / 8, static_cast<uint32_t>(member.bit_offset % 8), member.bit_size};
    }
    if (member.name.empty()) {
      auto inner = find_member(member.type, name, depth + 1, budget);
      if (!inner) continue;
      inner->offset += member.bit_offset / 8;
      return inner;
    }
  }
  return std::nullopt;
}

}  // namespace

Type strip_typedefs(Type type) {
  for (int i = 0; type && i < kDeepest; ++i) {
    const TypeInfo info = type.source->info(type.id);
    if (info.kind == TypeKind::Incomplete) {
      const auto complete = type.source->complete(type.id);
      return complete ? Type{type.source, *complete} : type;
    }
    if (info.kind != TypeKind::Typedef) return type;
    type = info.target;
  }
  return type;
}

TypeInfo info_of(Type type) {
  if (!type) return {};
  return type.source->info(type.id);
}

std::string type_name(Type type) {
  std::string after;
  for (int i = 0; type && i < kDeepest; ++i) {
    const TypeInfo info = type.source->info(type.id);
    const std::string name = info.name.empty() ? "{...}" : info.name;
    switch (info.kind) {
      case TypeKind::Void: return after.empty() ? "void" : "void " + after;
      case TypeKind::Struct: return "struct " + name + (after.empty() ? "" : " " + after);
      case TypeKind::Union: return "union " + name + (after.empty() ? "" : " " + after);
      case TypeKind::Enum: return "enum " + name + (after.empty() ? "" : " " + after);
      case TypeKind::Integer:
      case TypeKind::Float:
      case TypeKind::Typedef:
      case TypeKind::Incomplete: return name + (after.empty() ? "" : " " + after);
      case TypeKind::Pointer: after = "*" + after; break;
      case TypeKind::Array: after += fmt::format("[{}]", info.count); break;
      case TypeKind::Function: after = "(" + after + ")()"; break;
    }
    type = info.target;
  }
  return "void " + after;
}

Type Types::find(std::string_view name) const {
  name = trim(name);
  const auto cached = found_.find(std::string(name));
  if (cached != found_.end()) return cached->second;
  std::vector<TypeKind> kinds = {TypeKind::Struct, TypeKind::Typedef, TypeKind::Integer,
                                 TypeKind::Union,  TypeKind::Enum,    TypeKind::Float};
  std::string_view bare = name;
  for (const auto& [word, kind] :
       {std::pair{std::string_view("struct "), TypeKind::Struct},
        std::pair{std::string_view("union "), TypeKind::Union}, std::pair{std::string_view("enum "), TypeKind::Enum}}) {
    if (!bare.starts_with(word)) continue;
    bare = trim(bare.substr(word.size()));
    kinds = {kind};
  }
  Type out;
  for (const TypeKind kind : kinds) {
    for (const auto& source : sources_) {
      if (const auto id = source->find(kind, bare)) {
        out = {source.get(), *id};
        break;
      }
    }
    if (out) break;
  }
  found_.emplace(std::string(name), out);
  return out;
}

Type Types::structure(std::string_view name) const {
  if (name.starts_with("struct ") || name.starts_with("union ")) return find(name);
  const std::string key = fmt::format("s|{}", name);
  const auto cached = found_.find(key);
  if (cached != found_.end()) return cached->second;
  Type out;
  // What it probably is comes first, since a name that is not there costs a look at all types.
  std::array kinds = {TypeKind::Struct, TypeKind::Typedef, TypeKind::Union};
  if (name.ends_with("_t")) std::swap(kinds[0], kinds[1]);
  for (const TypeKind kind : kinds) {
    for (const auto& source : sources_) {
      if (const auto id = source->find(kind, name)) {
        out = {source.get(), *id};
        break;
      }
    }
    if (out) break;
  }
  found_.emplace(key, out);
  return out;
}

Type Types::variable(std::string_view name) const {
  for (const auto& source : sources_) {
    if (const Type type = source->variable(name)) return type;
  }
  return {};
}

std::optional<Field> Types::field(Type type, std::string_view path) const {
  if (!type) return std::nullopt;
  Field out{type, 0, 0, 0};
  while (!path.empty()) {
    if (path.front() == '.') path.remove_prefix(1);
    if (!path.empty() && path.front() == '[') {
      const size_t end = path.find(']');
      const auto index = parse_int<uint64_t>(path.substr(1, end == std::string_view::npos ? end : end - 1));
      const TypeInfo info = info_of(strip_typedefs(out.type));
      if (end == std::string_view::npos || !index || info.kind != TypeKind::Array) return std::nullopt;
      if (*index >= std::max<uint64_t>(info.count, 1)) return std::nullopt;
      const uint64_t step = info_of(strip_typedefs(info.target)).size;
      out = {info.target, out.offset + *index * step, 0, 0};
      path.remove_prefix(end + 1);
      continue;
    }
    const size_t end = std::min(path.find_first_of(".["), path.size());
    int budget = kMostMembers;
    const auto inner = find_member(out.type, path.substr(0, end), 0, budget);
    if (!inner) return std::nullopt;
    out = {inner->type, out.offset + inner->offset, inner->bit_offset, inner->bit_size};
    path.remove_prefix(end);
  }
  return out;
}

std::optional<Field> Types::field(std::string_view name, std::string_view path) const {
  std::string key = fmt::format("{}|{}", name, path);
  const auto cached = fields_.find(key);
  if (cached != fields_.end()) return cached->second;
  const auto out = field(structure(name), path);
  fields_.emplace(std::move(key), out);
  return out;
}

std::optional<uint64_t> Types::offset(std::string_view name, std::string_view path) const {
  const auto found = field(name, path);
  return found ? std::optional(found->offset) : std::nullopt;
}

std::optional<uint64_t> Types::size(std::string_view name) const {
  const Type type = strip_typedefs(structure(name));
  return type ? std::optional(info_of(type).size) : std::nullopt;
}

std::optional<int64_t> Types::enumerator(std::string_view enumeration, std::string_view name) const {
  for (const auto& source : sources_) {
    const auto id = source->find(TypeKind::Enum, enumeration);
    if (!id) continue;
    for (const Enumerator& one : source->enumerators(*id)) {
      if (one.name == name) return one.value;
    }
  }
  return std::nullopt;
}

std::vector<std::string> Types::names(std::string_view prefix, size_t limit) const {
  std::vector<std::string> out;
  for (const auto& source : sources_) {
    for (std::string& name : source->names(prefix, limit - out.size())) out.push_back(std::move(name));
    if (out.size() >= limit) break;
  }
  std::ranges::sort(out);
  out.erase(std::ranges::unique(out).begin(), out.end());
  return out;
}

}  // namespace inquest::vmcore
