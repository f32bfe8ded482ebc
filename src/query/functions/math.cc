// The package math.

#include <cmath>
#include <limits>
#include <numbers>

#include "query/function_set.h"
#include "query/table_function.h"

namespace inquest::query {
namespace {

using OfOne = double (*)(double);
using OfTwo = double (*)(double, double);

template <OfOne function>
Result<Value> one(Call& call) {
  return Value::floating(function(call.floating("x")));
}
template <OfTwo function>
Result<Value> two(Call& call) {
  return Value::floating(function(call.floating("x"), call.floating("y")));
}

double dim(double x, double y) { return std::isnan(x - y) ? std::nan("") : std::max(x - y, 0.0); }

// The greater and the smaller as Go has them: NaN where one is.
double greater(double x, double y) {
  if (std::isinf(x) && x > 0) return x;
  if (std::isinf(y) && y > 0) return y;
  if (std::isnan(x) || std::isnan(y)) return std::nan("");
  return std::max(x, y);
}
double smaller(double x, double y) { return -greater(-x, -y); }

// By Newton's method from Giles' approximation, which is exact to 1e-6 or better.
double inverse_erf(double x) {
  if (std::isnan(x) || x < -1 || x > 1) return std::nan("");
  if (x == 1 || x == -1) return x * std::numeric_limits<double>::infinity();
  double w = -std::log((1 - x) * (1 + x));
  double p = 0;
  if (w < 5) {
    w -= 2.5;
    for (const double c : {2.81022636e-08, 3.43273939e-07, -3.5233877e-06, -4.39150654e-06, 0.00021858087,
                           -0.00125372503, -0.00417768164, 0.246640727, 1.50140941}) {
      p = c + p * w;
    }
  } else {
    w = std::sqrt(w) - 3;
    for (const double c : {-0.000200214257, 0.000100950558, 0.00134934322, -0.00367342844, 0.00573950773, -0.0076224613,
                           0.00943887047, 1.00167406, 2.83297682}) {
      p = c + p * w;
    }
  }
  // On the side of zero, and by what is missing to 1 where erf() says little any more.
  const double side = std::abs(x);
  double y = p * side;
  for (int i = 0; i < 8; ++i) {
    const double slope = 2 / std::sqrt(std::numbers::pi) * std::exp(-y * y);
    if (slope == 0) break;
    y -= (side < 0.5 ? std::erf(y) - side : (1 - side) - std::erfc(y)) / slope;
  }
  return std::copysign(y, x);
}
double inverse_erfc(double x) { return inverse_erf(1 - x); }

Result<Value> bits_of(Call& call) { return Value::unsigned_integer(std::bit_cast<uint64_t>(call.floating("f"))); }
Result<Value> from_bits(Call& call) { return Value::floating(std::bit_cast<double>(call.value("b").as_uint())); }

Value record(std::initializer_list<std::pair<std::string_view, Value>> fields) {
  std::vector<Record::Field> out;
  for (const auto& [name, value] : fields) out.emplace_back(Text(name), value);
  return Value::record(std::move(out));
}

Result<Value> fraction_and_exponent(Call& call) {
  int exponent = 0;
  const double fraction = std::frexp(call.floating("f"), &exponent);
  return record({{"frac", Value::floating(fraction)}, {"exp", Value::integer(exponent)}});
}
Result<Value> whole_and_fraction(Call& call) {
  double whole = 0;
  const double fraction = std::modf(call.floating("f"), &whole);
  return record({{"int", Value::floating(whole)}, {"frac", Value::floating(fraction)}});
}
Result<Value> log_gamma(Call& call) {
  const double x = call.floating("x");
  // The sign of gamma alternates between the negative integers.
  const bool negative = x < 0 && std::fmod(std::floor(x), 2) != 0;
  return record({{"lgamma", Value::floating(std::lgamma(x))}, {"sign", Value::integer(negative ? -1 : 1)}});
}
Result<Value> sine_and_cosine(Call& call) {
  const double x = call.floating("x");
  return record({{"sin", Value::floating(std::sin(x))}, {"cos", Value::floating(std::cos(x))}});
}

// Of what has no exponent, Go's bounds of 32 bits.
Result<Value> integer_logb(Call& call) {
  const double x = call.floating("x");
  if (x == 0) return Value::integer(std::numeric_limits<int32_t>::min());
  if (!std::isfinite(x)) return Value::integer(std::numeric_limits<int32_t>::max());
  return Value::integer(std::ilogb(x));
}
Result<Value> infinity(Call& call) {
  const double value = std::numeric_limits<double>::infinity();
  return Value::floating(call.integer("sign") >= 0 ? value : -value);
}
Result<Value> is_infinite(Call& call) {
  const double value = call.floating("f");
  const int64_t sign = call.integer("sign");
  return Value::boolean(std::isinf(value) && (sign == 0 || (sign > 0) == (value > 0)));
}
Result<Value> is_nan(Call& call) { return Value::boolean(std::isnan(call.floating("f"))); }
Result<Value> nan_value(Call&) { return Value::floating(std::nan("")); }
Result<Value> sign_bit(Call& call) { return Value::boolean(std::signbit(call.floating("x"))); }

int small(int64_t n) { return static_cast<int>(std::clamp<int64_t>(n, -100'000, 100'000)); }
Result<Value> load_exponent(Call& call) {
  return Value::floating(std::ldexp(call.floating("frac"), small(call.integer("exp"))));
}
Result<Value> power_of_ten(Call& call) { return Value::floating(std::pow(10, small(call.integer("n")))); }
Result<Value> bessel_j(Call& call) { return Value::floating(jn(small(call.integer("n")), call.floating("x"))); }
Result<Value> bessel_y(Call& call) { return Value::floating(yn(small(call.integer("n")), call.floating("x"))); }
Result<Value> arc_tangent_2(Call& call) { return Value::floating(std::atan2(call.floating("y"), call.floating("x"))); }
Result<Value> hypotenuse(Call& call) { return Value::floating(std::hypot(call.floating("p"), call.floating("q"))); }

constexpr std::string_view kPackage = "math";
constexpr Parameter float_of(std::string_view name) { return {name, kFloat, Need::Required}; }
constexpr Parameter kX = float_of("x");
constexpr Parameter kY = float_of("y");
constexpr Parameter kF = float_of("f");
constexpr Parameter kN{"n", kInt, Need::Required};

constexpr Builtin kBuiltins[] = {
    {kPackage, "abs", {kX}, one<std::fabs>},
    {kPackage, "acos", {kX}, one<std::acos>},
    {kPackage, "acosh", {kX}, one<std::acosh>},
    {kPackage, "asin", {kX}, one<std::asin>},
    {kPackage, "asinh", {kX}, one<std::asinh>},
    {kPackage, "atan", {kX}, one<std::atan>},
    {kPackage, "atan2", {kY, kX}, arc_tangent_2},
    {kPackage, "atanh", {kX}, one<std::atanh>},
    {kPackage, "cbrt", {kX}, one<std::cbrt>},
    {kPackage, "ceil", {kX}, one<std::ceil>},
    {kPackage, "copysign", {kX, kY}, two<std::copysign>},
    {kPackage, "cos", {kX}, one<std::cos>},
    {kPackage, "cosh", {kX}, one<std::cosh>},
    {kPackage, "dim", {kX, kY}, two<dim>},
    {kPackage, "erf", {kX}, one<std::erf>},
    {kPackage, "erfc", {kX}, one<std::erfc>},
    {kPackage, "erfcinv", {kX}, one<inverse_erfc>},
    {kPackage, "erfinv", {kX}, one<inverse_erf>},
    {kPackage, "exp", {kX}, one<std::exp>},
    {kPackage, "exp2", {kX}, one<std::exp2>},
    {kPackage, "expm1", {kX}, one<std::expm1>},
    {kPackage, "float64bits", {kF}, bits_of},
    {kPackage, "float64frombits", {{"b", kUint, Need::Required}}, from_bits},
    {kPackage, "floor", {kX}, one<std::floor>},
    {kPackage, "frexp", {kF}, fraction_and_exponent},
    {kPackage, "gamma", {kX}, one<std::tgamma>},
    {kPackage, "hypot", {float_of("p"), float_of("q")}, hypotenuse},
    {kPackage, "ilogb", {kX}, integer_logb},
    {kPackage, "mInf", {{"sign", kInt, Need::Required}}, infinity},
    {kPackage, "isInf", {kF, {"sign", kInt, Need::Required}}, is_infinite},
    {kPackage, "isNaN", {kF}, is_nan},
    {kPackage, "j0", {kX}, one<j0>},
    {kPackage, "j1", {kX}, one<j1>},
    {kPackage, "jn", {kN, kX}, bessel_j},
    {kPackage, "ldexp", {float_of("frac"), {"exp", kInt, Need::Required}}, load_exponent},
    {kPackage, "lgamma", {kX}, log_gamma},
    {kPackage, "log", {kX}, one<std::log>},
    {kPackage, "log10", {kX}, one<std::log10>},
    {kPackage, "log1p", {kX}, one<std::log1p>},
    {kPackage, "log2", {kX}, one<std::log2>},
    {kPackage, "logb", {kX}, one<std::logb>},
    {kPackage, "mMax", {kX, kY}, two<greater>},
    {kPackage, "mMin", {kX, kY}, two<smaller>},
    {kPackage, "mod", {kX, kY}, two<std::fmod>},
    {kPackage, "modf", {kF}, whole_and_fraction},
    {kPackage, "NaN", {}, nan_value},
    {kPackage, "nextafter", {kX, kY}, two<std::nextafter>},
    {kPackage, "pow", {kX, kY}, two<std::pow>},
    {kPackage, "pow10", {kN}, power_of_ten},
    {kPackage, "remainder", {kX, kY}, two<std::remainder>},
    {kPackage, "round", {kX}, one<std::round>},
    {kPackage, "roundtoeven", {kX}, one<std::nearbyint>},
    {kPackage, "signbit", {kX}, sign_bit},
    {kPackage, "sin", {kX}, one<std::sin>},
    {kPackage, "sincos", {kX}, sine_and_cosine},
    {kPackage, "sinh", {kX}, one<std::sinh>},
    {kPackage, "sqrt", {kX}, one<std::sqrt>},
    {kPackage, "tan", {kX}, one<std::tan>},
    {kPackage, "tanh", {kX}, one<std::tanh>},
    {kPackage, "trunc", {kX}, one<std::trunc>},
    {kPackage, "y0", {kX}, one<y0>},
    {kPackage, "y1", {kX}, one<y1>},
    {kPackage, "yn", {kN, kX}, bessel_y},
};

constexpr Prelude kPreludes[] = {{kPackage, R"(
pi = 3.14159265358979323846264338327950288419716939937510582097494459
e = 2.71828182845904523536028747135266249775724709369995957496696763
phi = 1.61803398874989484820458683436563811772030917980576286213544862
sqrt2 = 1.41421356237309504880168872420969807856967187537694807317667974
sqrte = 1.64872127070012814684865078781416357165377610071014801157507931
sqrtpi = 1.77245385090551602729816748334114518279754945612238712821380779
sqrtphi = 1.27201964951406896425242246173749149171560804184009624861664038
ln2 = 0.693147180559945309417232121458176568075500134360255254120680009
log2e = 1.0 / ln2
ln10 = 2.30258509299404568401799145468436420760110148862877297603332790
log10e = 1.0 / ln10
maxfloat = float64frombits(b: uint(v: 9218868437227405311))
smallestNonzeroFloat = float64frombits(b: uint(v: 1))
maxint = 9223372036854775807
minint = -9223372036854775807 - 1
maxuint = uint(v: "18446744073709551615")
)"}};

}  // namespace

extern const FunctionSet math_function_set;
const FunctionSet math_function_set{kBuiltins, kPreludes};

}  // namespace inquest::query
