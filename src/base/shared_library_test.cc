#include "base/shared_library.h"

#include <cmath>

#include <gtest/gtest.h>

namespace inquest {
namespace {

TEST(SharedLibrary, CallsWhatItLoaded) {
  auto library = SharedLibrary::load("libm.so.6");
  ASSERT_TRUE(library) << library.error().message;
  double (*root)(double) = nullptr;
  library->bind(root, "cbrt");
  ASSERT_TRUE(library->complete());
  EXPECT_DOUBLE_EQ(root(27), 3);
}

TEST(SharedLibrary, NamesTheFunctionThatIsNotThere) {
  auto library = SharedLibrary::load("libm.so.6");
  ASSERT_TRUE(library) << library.error().message;
  double (*root)(double) = nullptr;
  library->bind(root, "no_such_root");
  EXPECT_EQ(root, nullptr);
  const auto complete = library->complete();
  ASSERT_FALSE(complete);
  EXPECT_EQ(complete.error().message, "the library libm.so.6 has no function no_such_root");
}

TEST(SharedLibrary, SaysWhichLibraryIsNotInstalled) {
  const auto library = SharedLibrary::load("libnobody-has-this.so.1");
  ASSERT_FALSE(library);
  EXPECT_EQ(library.error().code, ErrorCode::NotFound);
  EXPECT_NE(library.error().message.find("libnobody-has-this.so.1"), std::string::npos);
}

}  // namespace
}  // namespace inquest
