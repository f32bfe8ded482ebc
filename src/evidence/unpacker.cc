#include "evidence/unpacker.h"

#include <optional>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"
#include "evidence/apport_report.h"
#include "evidence/archive.h"
#include "evidence/decompressor.h"

namespace inquest::evidence {
namespace {

// Everything that `bytes` has yet to give, kept for reading in any order.
struct Copy {
  std::unique_ptr<model::ByteSource> source;  // null where it did not fit
  uint64_t size = 0;
  std::optional<Error> error;  // the bytes ended with it
};

Copy copy_all(Bytes& bytes, KeptStore& store) {
  Copy copy;
  KeptBytes kept(store);
  std::vector<char> buffer(1 << 20);
  for (;;) {
    const auto got = bytes.read(buffer);
    if (!got) copy.error = got.error();
    if (!got || *got == 0) break;
    kept.append(std::string_view(buffer.data(), *got));
  }
  copy.size = kept.size();
  copy.source = kept.take();
  return copy;
}

}  // namespace

void Unpacker::refuse(const std::string& path, const Error& error, bool container) {
  budget_.count_item();
  visitor_.refused(path, error, container);
}

void Unpacker::unpack(const Piece& piece, const Around& around) {
  PeekedBytes bytes(*piece.bytes);
  const ContainerKind kind = container_kind(bytes.head(kKindHead));
  if (kind == ContainerKind::None) return give_item(piece, bytes);
  if (!is_compression(kind) && !is_archive(kind)) {
    return refuse(piece.path,
                  {ErrorCode::Unsupported,
                   fmt::format("{} archives are not opened: unpack it yourself and give the folder", name(kind)),
                   {},
                   0,
                   0});
  }
  const unsigned deepest = budget_.limits().container_depth;
  if (around.depth >= deepest) {
    return refuse(
        piece.path,
        {ErrorCode::Limit,
         fmt::format("archives within archives go deeper than {} levels, which is the limit: unpack it yourself "
                     "and give the folder",
                     deepest),
         {},
         0,
         0});
  }
  if (const auto over = budget_.no_more_expansion()) return refuse(piece.path, *over);
  if (is_compression(kind)) return decompress(kind, piece, around, bytes);
  open_archive(kind, piece, around, bytes);
}

void Unpacker::give_item(const Piece& piece, PeekedBytes& bytes) {
  budget_.count_item();
  Item item{piece.path, piece.modified, piece.size, &bytes, piece.keep};
  if (item.keep) return visitor_.item(item);
  KeptBytes kept(store_);
  KeepingBytes keeping(bytes, kept);
  item.bytes = &keeping;
  item.keep = [&kept] { return kept.take(); };
  visitor_.item(item);
}

// What a compressed file holds goes by the file's own name, because "x.log.gz:12" is what everybody calls its twelfth
// line.
void Unpacker::decompress(ContainerKind kind, const Piece& piece, const Around& around, PeekedBytes& bytes) {
  Expansion account(budget_, around.account, piece.path);
  Decompressor decompressed(kind, bytes, account);
  const bool outermost = around.compression.empty();
  unpack({piece.path, piece.modified, 0, &decompressed, nullptr, {}},
         {around.depth + 1, &account, std::string(suffix(kind)) + around.compression,
          outermost ? piece.size : around.stored});
}

void Unpacker::open_archive(ContainerKind kind, const Piece& piece, const Around& around, PeekedBytes& bytes) {
  budget_.count_item();
  const bool compressed = !around.compression.empty();
  visitor_.container(piece.path, std::string(name(kind)) + around.compression, compressed ? around.stored : piece.size);
  const auto done = members(kind, piece, around, bytes);
  if (!done) refuse(piece.path, done.error(), true);
}

Result<void> Unpacker::members(ContainerKind kind, const Piece& piece, const Around& around, PeekedBytes& bytes) {
  Expansion account(budget_, around.account, piece.path);
  Copy copy;
  std::unique_ptr<Members> archive;
  if (kind == ContainerKind::Apport) {
    archive = std::make_unique<ApportReport>(bytes, account);
  } else if (kind != ContainerKind::Zip) {
    archive = std::make_unique<Archive>(kind, bytes, account);
  } else if (piece.random != nullptr) {
    archive = std::make_unique<Archive>(*piece.random, piece.size, account);
  } else {
    copy = copy_all(bytes, store_);
    if (copy.source == nullptr) {
      return fail(
          ErrorCode::Limit,
          "a zip in a stream takes room on the disk to be read, and there is too little: unpack it yourself and "
          "give the folder");
    }
    archive = std::make_unique<Archive>(*copy.source, copy.size, account);
  }
  for (uint64_t count = 0;; ++count) {
    auto member = archive->next();
    if (!member && copy.error) return fail(*copy.error);
    if (!member) {
      Error error = member.error();
      error.message += fmt::format(" ({} before that)", counted(count, "file"));
      return fail(std::move(error));
    }
    if (!*member) {
      if (copy.error) return fail(*copy.error);
      if (count == 0) return fail(ErrorCode::Malformed, "holds no files");
      return {};
    }
    if (const auto over = budget_.no_more_items()) return fail(*over);
    const std::string path = piece.path + "!/" + (*member)->name;
    if ((*member)->encrypted) {
      refuse(path, {ErrorCode::Unsupported, "is encrypted: unpack it yourself and give the folder", {}, 0, 0});
      continue;
    }
    unpack({path, (*member)->modified, (*member)->size, &archive->contents(), nullptr, {}},
           {around.depth + 1, &account, {}, 0});
    if (const auto stopped = account.stopped()) return fail(*stopped);
  }
}

}  // namespace inquest::evidence
