#include "evidence/codec.h"

namespace inquest::evidence {

std::unique_ptr<Codec> make_codec(ContainerKind kind) {
  switch (kind) {
    case ContainerKind::Gzip: return make_gzip_codec();
    case ContainerKind::Xz: return make_xz_codec();
    case ContainerKind::Zstd: return make_zstd_codec();
    case ContainerKind::Bzip2: return make_bzip2_codec();
    case ContainerKind::Lz4: return make_lz4_codec();
    case ContainerKind::Deflate: return make_deflate_codec();
    case ContainerKind::Utf16: return make_utf16_codec();
    default: return nullptr;
  }
}

}  // namespace inquest::evidence
