#include "record/tls_context.h"

#include <filesystem>

#include <gtest/gtest.h>

#include "support/server.h"
#include "support/temp_folder.h"

namespace inquest::record {
namespace {

using inquest::testing::has_program;
using inquest::testing::run_program;

class TlsContextTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!has_program("openssl")) GTEST_SKIP() << "there is no openssl to make certificates with";
    make("one");
    make("two");
    use("one");
  }

  void make(const std::string& name) {
    ASSERT_TRUE(run_program({"openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
                             "-nodes", "-days", "2", "-subj", "/CN=" + name, "-keyout", folder_.path(name + ".key"),
                             "-out", folder_.path(name + ".pem")}));
  }
  // Makes it the one in use, as a renewal does: a new file in the old one's place.
  void use(const std::string& name) {
    for (const char* kind : {".key", ".pem"}) {
      std::filesystem::copy_file(folder_.path(name + kind), folder_.path("new"));
      std::filesystem::rename(folder_.path("new"), folder_.path(std::string("used") + kind));
    }
  }
  Result<std::unique_ptr<TlsContext>> load() {
    return TlsContext::load({folder_.path("used.pem"), folder_.path("used.key"), ""},
                            [this](std::string_view line) { log_ += std::string(line) + "\n"; });
  }

  TempFolder folder_;
  std::string log_;
};

TEST_F(TlsContextTest, TakesANewCertificateOnceItsFilesHaveChanged) {
  auto tls = load();
  ASSERT_TRUE(tls) << tls.error().text();
  const auto first = (*tls)->current(10 * kSecond);
  EXPECT_EQ((*tls)->current(20 * kSecond), first);
  use("two");
  EXPECT_EQ((*tls)->current(20 * kSecond + 1), first);  // it has just looked
  EXPECT_NE((*tls)->current(30 * kSecond), first);
  EXPECT_EQ(log_, "");
}

TEST_F(TlsContextTest, KeepsTheOldOneWhereTheNewOneIsNoGood) {
  auto tls = load();
  ASSERT_TRUE(tls) << tls.error().text();
  const auto first = (*tls)->current(10 * kSecond);
  folder_.write("used.pem", "-----BEGIN CERTIFICATE-----\nhalf of it");
  EXPECT_EQ((*tls)->current(20 * kSecond), first);
  EXPECT_EQ((*tls)->current(30 * kSecond), first);
  EXPECT_EQ(log_.find("the new certificate can't be used, the old one stays: "), 0U) << log_;
  EXPECT_EQ(log_.find('\n'), log_.size() - 1) << log_;  // said once
  use("two");
  EXPECT_NE((*tls)->current(40 * kSecond), first);
}

TEST_F(TlsContextTest, RefusesFilesThatAreNone) {
  use("two");
  std::filesystem::copy_file(folder_.path("one.key"), folder_.path("used.key"),
                             std::filesystem::copy_options::overwrite_existing);
  EXPECT_FALSE(load());  // the key of another
  folder_.write("used.key", "no key");
  EXPECT_FALSE(load());
}

}  // namespace
}  // namespace inquest::record
