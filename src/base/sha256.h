// SHA-256 of evidence, so that a citation can be checked against the very bytes.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace inquest {

// Feed it in pieces of any size; hex() ends it.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(Sha256&&) noexcept;
  Sha256& operator=(Sha256&&) noexcept;

  void update(std::string_view bytes);
  // 64 lower-case hexadecimal digits. Call once.
  std::string hex();

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

std::string sha256_hex(std::string_view bytes);

}  // namespace inquest
