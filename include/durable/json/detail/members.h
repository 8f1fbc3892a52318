// SPDX-License-Identifier: Apache-2.0
//
// The members of an aggregate as arguments: C++20 can name them only by a structured binding of
// known length, hence one specialisation for each length.
#pragma once

#include <cstddef>

namespace durable::json::detail {

/// The most members that a plain aggregate may have.
inline constexpr std::size_t members_max = 64;

/// Calls `visitor` with a reference to each of the `Count` members of `object`.
template <std::size_t Count>
struct Members;

template <>
struct Members<0> {
  static constexpr decltype(auto) visit(auto&, auto&& visitor) { return visitor(); }
};
template <>
struct Members<1> {
  static constexpr decltype(auto) visit(auto& object, auto&& visitor) {
    auto& [a] = object;
    return visitor(a);
  }
};
template <>
struct Members<2> {
  static constexpr decltype(auto) visit(auto& object, auto&& visitor) {
    auto& [a, b] = object;
    return visitor(a, b);
  }
};
template <>
struct Members<3> {
  static constexpr decltype(auto) visit(auto& object, auto&& visitor) {
    auto& [a, b, c] = object;
    return visitor(a, b, c);
  }
};
template <>
struct Members<4> {
  static constexpr decltype(auto) visit(auto& object, auto&& visitor) {
    auto& [a, b, c, d] = object;
    return visitor(a, b, c, d);
  }
};
template <>
struct Members<5> {
  static constexpr decltype(auto) visit(auto& object, auto&& visitor) {
    auto& [a, b, c, d, e] = object;
    return visitor(a, b, c, d, e);
  }
};
template <>
struct Members<6> {
  static constexpr decltype(auto) visit(auto& object, auto&& visitor) {
    auto& [a, b, c, d, e, f] = object;
    return visitor(a, b, c, d, e, f);
  }
};
template <>
struct Members<7> {
  static constexpr decltype(auto) visit(auto& object, auto&& visitor) {
    auto& [a, b, c, d, e, f, g] = object;
    return visitor(a, b, c, d, e, f, g);
  }
};
template <>
struct Members<8> {
  static constexpr decltype(auto) visit(auto& object, auto&& visitor) {
    auto& [a, b, c, d, e, f, g, h] = object;
    return visitor(a, b, c, d, e, f, g, h);
  }
};
template <>
struct Members<9> {
  static constexpr decltype(auto) visit(auto& object, auto&& visitor) {
    auto& [a, b, c, d, e, f, g, h, i] = object;
    return visitor(a, b, c, d, e, f, g, h, i);
  }
};
template <>
struct Members<10> {
  static constexpr decltype(auto) visit(auto& object, auto&& visitor) {
    auto& [a, b, c, d, e, f, g, h, i, j] = object;
    return visitor(a, b, c, d, e, f, g, h, i, j);
  }
};
template <>
struct Members<11> {
  static constexpr decltype(auto) visit(auto& object, auto&& visitor) {
    auto& [a, b, c, d, e, f, g, h, i, j, k] = object;
    return visitor(a, b, c, d, e, f, g, h, i, j, k);
  }
};
template <>
struct Members<12> {
  static constexpr decltype(auto) visit(auto& object, auto&& visitor) {
    auto& [a, b, c, d, e, f, g, h, i, j, k, l] = object;
    return visitor(a, b, c, d, e, f, g, h, i, j, k, l);
  }
};
template <>
struct Members<13> {
  static constexpr decltype(auto) visit(auto& object, auto&& visitor) {
    auto& [a, b, c, d, e, f, g, h, i, j, k, l, m] = object;
    return visitor(a, b, c, d, e, f, g, h, i, j, k, l, m);
  }
};
template <>
struct Members<14> {
  static constexpr decltype(auto) visit(auto& object, auto&& visitor) {
    auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n] = object;
    return visitor(a, b, c, d, e, f, g, h, i, j, k, l, m, n);
  }
};
template <>
struct Members<15> {
  static constexpr decltype(auto) visit(auto& object, auto&& visitor) {
    auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o] = object;
    return visitor(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o);
  }
};
template <>
struct Members<16> {
  static constexpr decltype(auto) visit(auto& object, auto&& visitor) {
    auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p] = object;
    return visitor(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p);
  }
};
template <>
struct Members<17> {
  static constexpr decltype(auto) visit(auto& object, auto&& visitor) {
    auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q] = object;
    return visitor(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q);
  }
};
template <>
struct Members<18> {
  static constexpr decltype(auto) visit(auto& object, auto&& visitor) {
    auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r] = object;
    return visitor(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r);
  }
};
template <>
struct Members<19> {
  static constexpr decltype(auto) visit(auto& object, auto&& visitor) {
    auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s] = object;
    return visitor(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s);
  }
};
template <>
struct Members<20> {
  static constexpr decltype(auto) visit(auto& object, auto&& visitor) {
    auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t] = object;
    return visitor(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t);
  }
};
template <>
struct Members<21> {
  static constexpr decltype(auto) visit(auto& object, auto&& visitor) {
    auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u] = object;
    return visitor(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u);
  }
};
template <>
struct Members<22> {
  static constexpr decltype(auto) visit(auto& object, auto&& visitor) {
    auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v] = object;
    return visitor(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v);
  }
};
template <>
struct Members<23> {
  static constexpr decltype(auto) visit(auto& object, auto&& visitor) {
    auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w] = object;
    return visitor(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w);
  }
};
template <>
struct Members<24> {
  static constexpr decltype(auto) visit(auto& object, auto&& visitor) {
    auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x] = object;
    return visitor(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x);
  }
};
template <>
struct Members<25> {
  static constexpr decltype(auto) visit(auto& object, auto&& visitor) {
    auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y] = object;
    return visitor(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y);
  }
};
template <>
struct Members<26> {
  static constexpr decltype(auto) visit(auto& object, auto&& visitor) {
    auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z] = object;
    return visitor(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z);
  }
};
template <>
struct Members<27> {
  static constexpr decltype(auto) visit(auto& object, auto&& visitor) {
    auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z, aa] =
        object;
    return visitor(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z,
                   aa);
  }
};
template <>
struct Members<28> {
  static constexpr decltype(auto) visit(auto& object, auto&& visitor) {
    auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z, aa, ab] =
        object;
    return visitor(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z, aa,
                   ab);
  }
};
template <>
struct Members<29> {
  static constexpr decltype(auto) visit(auto& object, auto&& visitor) {
    auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z, aa, ab,
           ac] = object;
    return visitor(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z, aa,
                   ab, ac);
  }
};
template <>
struct Members<30> {
  static constexpr decltype(auto) visit(auto& object, auto&& visitor) {
    auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z, aa, ab, ac,
           ad] = object;
    return visitor(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z, aa,
                   ab, ac, ad);
  }
};
template <>
struct Members<31> {
  static constexpr decltype(auto) visit(auto& object, auto&& visitor) {
    auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z, aa, ab, ac,
           ad, ae] = object;
    return visitor(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z, aa,
                   ab, ac, ad, ae);
  }
};
template <>
struct Members<32> {
  static constexpr decltype(auto) visit(auto& object, auto&& visitor) {
    auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z, aa, ab, ac,
           ad, ae, af] = object;
    return visitor(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z, aa,
                   ab, ac, ad, ae, af);
  }
};
template <>
struct Members<33> {
  static constexpr decltype(auto) visit(auto& object, auto&& visitor) {
    auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z, aa, ab, ac,
           ad, ae, af, ag] = object;
    return visitor(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z, aa,
                   ab, ac, ad, ae, af, ag);
  }
};
template <>
struct Members<34> {
  static constexpr decltype(auto) visit(auto& object, auto&& visitor) {
    auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z, aa, ab, ac,
           ad, ae, af, ag, ah] = object;
    return visitor(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z, aa,
                   ab, ac, ad, ae, af, ag, ah);
  }
};
template <>
struct Members<35> {
  static constexpr decltype(auto) visit(auto& object, auto&& visitor) {
    auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z, aa, ab, ac,
           ad, ae, af, ag, ah, ai] = object;
    return visitor(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z, aa,
                   ab, ac, ad, ae, af, ag, ah, ai);
  }
};
template <>
struct Members<36> {
  static constexpr decltype(auto) visit(auto& object, auto&& visitor) {
    auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z, aa, ab, ac,
           ad, ae, af, ag, ah, ai, aj] = object;
    return visitor(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z, aa,
                   ab, ac, ad, ae, af, ag, ah, ai, aj);
  }
};
template <>
struct Members<37> {
  static constexpr decltype(auto) visit(auto& object, auto&& visitor) {
    auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z, aa, ab, ac,
           ad, ae, af, ag, ah, ai, aj, ak] = object;
    return visitor(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z, aa,
                   ab, ac, ad, ae, af, ag, ah, ai, aj, ak);
  }
};
template <>
struct Members<38> {
  static constexpr decltype(auto) visit(auto& object, auto&& visitor) {
    auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z, aa, ab, ac,
           ad, ae, af, ag, ah, ai, aj, ak, al] = object;
    return visitor(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z, aa,
                   ab, ac, ad, ae, af, ag, ah, ai, aj, ak, al);
  }
};
template <>
struct Members<39> {
  static constexpr decltype(auto) visit(auto& object, auto&& visitor) {
    auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z, aa, ab, ac,
           ad, ae, af, ag, ah, ai, aj, ak, al, am] = object;
    return visitor(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z, aa,
                   ab, ac, ad, ae, af, ag, ah, ai, aj, ak, al, am);
  }
};
template <>
struct Members<40> {
  static constexpr decltype(auto) visit(auto& object, auto&& visitor) {
    auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z, aa, ab, ac,
           ad, ae, af, ag, ah, ai, aj, ak, al, am, an] = object;
    return visitor(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z, aa,
                   ab, ac, ad, ae, af, ag, ah, ai, aj, ak, al, am, an);
  }
};
template <>
struct Members<41> {
  static constexpr decltype(auto) visit(auto& object, auto&& visitor) {
    auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z, aa, ab, ac,
           ad, ae, af, ag, ah, ai, aj, ak, al, am, an, ao] = object;
    return visitor(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z, aa,
                   ab, ac, ad, ae, af, ag, ah, ai, aj, ak, al, am, an, ao);
  }
};
template <>
struct Members<42> {
  static constexpr decltype(auto) visit(auto& object, auto&& visitor) {
    auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z, aa, ab, ac,
           ad, ae, af, ag, ah, ai, aj, ak, al, am, an, ao, ap] = object;
    return visitor(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z, aa,
                   ab, ac, ad, ae, af, ag, ah, ai, aj, ak, al, am, an, ao, ap);
  }
};
template <>
struct Members<43> {
  static constexpr decltype(auto) visit(auto& object, auto&& visitor) {
    auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z, aa, ab, ac,
           ad, ae, af, ag, ah, ai, aj, ak, al, am, an, ao, ap, aq] = object;
    return visitor(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z, aa,
                   ab, ac, ad, ae, af, ag, ah, ai, aj, ak, al, am, an, ao, ap, aq);
  }
};
template <>
struct Members<44> {
  static constexpr decltype(auto) visit(auto& object, auto&& visitor) {
    auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z, aa, ab, ac,
           ad, ae, af, ag, ah, ai, aj, ak, al, am, an, ao, ap, aq, ar] = object;
    return visitor(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z, aa,
                   ab, ac, ad, ae, af, ag, ah, ai, aj, ak, al, am, an, ao, ap, aq, ar);
  }
};
template <>
struct Members<45> {
  static constexpr decltype(auto) visit(auto& object, auto&& visitor) {
    auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z, aa, ab, ac,
           ad, ae, af, ag, ah, ai, aj, ak, al, am, an, ao, ap, aq, ar, at] = object;
    return visitor(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z, aa,
                   ab, ac, ad, ae, af, ag, ah, ai, aj, ak, al, am, an, ao, ap, aq, ar, at);
  }
};
template <>
struct Members<46> {
  static constexpr decltype(auto) visit(auto& object, auto&& visitor) {
    auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z, aa, ab, ac,
           ad, ae, af, ag, ah, ai, aj, ak, al, am, an, ao, ap, aq, ar, at, au] = object;
    return visitor(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z, aa,
                   ab, ac, ad, ae, af, ag, ah, ai, aj, ak, al, am, an, ao, ap, aq, ar, at, au);
  }
};
template <>
struct Members<47> {
  static constexpr decltype(auto) visit(auto& object, auto&& visitor) {
    auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z, aa, ab, ac,
           ad, ae, af, ag, ah, ai, aj, ak, al, am, an, ao, ap, aq, ar, at, au, av] = object;
    return visitor(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z, aa,
                   ab, ac, ad, ae, af, ag, ah, ai, aj, ak, al, am, an, ao, ap, aq, ar, at, au, av);
  }
};
template <>
struct Members<48> {
  static constexpr decltype(auto) visit(auto& object, auto&& visitor) {
    auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z, aa, ab, ac,
           ad, ae, af, ag, ah, ai, aj, ak, al, am, an, ao, ap, aq, ar, at, au, av, aw] = object;
    return visitor(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z, aa,
                   ab, ac, ad, ae, af, ag, ah, ai, aj, ak, al, am, an, ao, ap, aq, ar, at, au, av,
                   aw);
  }
};
template <>
struct Members<49> {
  static constexpr decltype(auto) visit(auto& object, auto&& visitor) {
    auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z, aa, ab, ac,
           ad, ae, af, ag, ah, ai, aj, ak, al, am, an, ao, ap, aq, ar, at, au, av, aw, ax] = object;
    return visitor(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z, aa,
                   ab, ac, ad, ae, af, ag, ah, ai, aj, ak, al, am, an, ao, ap, aq, ar, at, au, av,
                   aw, ax);
  }
};
template <>
struct Members<50> {
  static constexpr decltype(auto) visit(auto& object, auto&& visitor) {
    auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z, aa, ab, ac,
           ad, ae, af, ag, ah, ai, aj, ak, al, am, an, ao, ap, aq, ar, at, au, av, aw, ax, ay] =
        object;
    return visitor(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z, aa,
                   ab, ac, ad, ae, af, ag, ah, ai, aj, ak, al, am, an, ao, ap, aq, ar, at, au, av,
                   aw, ax, ay);
  }
};
template <>
struct Members<51> {
  static constexpr decltype(auto) visit(auto& object, auto&& visitor) {
    auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z, aa, ab, ac,
           ad, ae, af, ag, ah, ai, aj, ak, al, am, an, ao, ap, aq, ar, at, au, av, aw, ax, ay, az] =
        object;
    return visitor(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z, aa,
                   ab, ac, ad, ae, af, ag, ah, ai, aj, ak, al, am, an, ao, ap, aq, ar, at, au, av,
                   aw, ax, ay, az);
  }
};
template <>
struct Members<52> {
  static constexpr decltype(auto) visit(auto& object, auto&& visitor) {
    auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z, aa, ab, ac,
           ad, ae, af, ag, ah, ai, aj, ak, al, am, an, ao, ap, aq, ar, at, au, av, aw, ax, ay, az,
           ba] = object;
    return visitor(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z, aa,
                   ab, ac, ad, ae, af, ag, ah, ai, aj, ak, al, am, an, ao, ap, aq, ar, at, au, av,
                   aw, ax, ay, az, ba);
  }
};
template <>
struct Members<53> {
  static constexpr decltype(auto) visit(auto& object, auto&& visitor) {
    auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z, aa, ab, ac,
           ad, ae, af, ag, ah, ai, aj, ak, al, am, an, ao, ap, aq, ar, at, au, av, aw, ax, ay, az,
           ba, bb] = object;
    return visitor(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z, aa,
                   ab, ac, ad, ae, af, ag, ah, ai, aj, ak, al, am, an, ao, ap, aq, ar, at, au, av,
                   aw, ax, ay, az, ba, bb);
  }
};
template <>
struct Members<54> {
  static constexpr decltype(auto) visit(auto& object, auto&& visitor) {
    auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z, aa, ab, ac,
           ad, ae, af, ag, ah, ai, aj, ak, al, am, an, ao, ap, aq, ar, at, au, av, aw, ax, ay, az,
           ba, bb, bc] = object;
    return visitor(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z, aa,
                   ab, ac, ad, ae, af, ag, ah, ai, aj, ak, al, am, an, ao, ap, aq, ar, at, au, av,
                   aw, ax, ay, az, ba, bb, bc);
  }
};
template <>
struct Members<55> {
  static constexpr decltype(auto) visit(auto& object, auto&& visitor) {
    auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z, aa, ab, ac,
           ad, ae, af, ag, ah, ai, aj, ak, al, am, an, ao, ap, aq, ar, at, au, av, aw, ax, ay, az,
           ba, bb, bc, bd] = object;
    return visitor(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z, aa,
                   ab, ac, ad, ae, af, ag, ah, ai, aj, ak, al, am, an, ao, ap, aq, ar, at, au, av,
                   aw, ax, ay, az, ba, bb, bc, bd);
  }
};
template <>
struct Members<56> {
  static constexpr decltype(auto) visit(auto& object, auto&& visitor) {
    auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z, aa, ab, ac,
           ad, ae, af, ag, ah, ai, aj, ak, al, am, an, ao, ap, aq, ar, at, au, av, aw, ax, ay, az,
           ba, bb, bc, bd, be] = object;
    return visitor(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z, aa,
                   ab, ac, ad, ae, af, ag, ah, ai, aj, ak, al, am, an, ao, ap, aq, ar, at, au, av,
                   aw, ax, ay, az, ba, bb, bc, bd, be);
  }
};
template <>
struct Members<57> {
  static constexpr decltype(auto) visit(auto& object, auto&& visitor) {
    auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z, aa, ab, ac,
           ad, ae, af, ag, ah, ai, aj, ak, al, am, an, ao, ap, aq, ar, at, au, av, aw, ax, ay, az,
           ba, bb, bc, bd, be, bf] = object;
    return visitor(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z, aa,
                   ab, ac, ad, ae, af, ag, ah, ai, aj, ak, al, am, an, ao, ap, aq, ar, at, au, av,
                   aw, ax, ay, az, ba, bb, bc, bd, be, bf);
  }
};
template <>
struct Members<58> {
  static constexpr decltype(auto) visit(auto& object, auto&& visitor) {
    auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z, aa, ab, ac,
           ad, ae, af, ag, ah, ai, aj, ak, al, am, an, ao, ap, aq, ar, at, au, av, aw, ax, ay, az,
           ba, bb, bc, bd, be, bf, bg] = object;
    return visitor(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z, aa,
                   ab, ac, ad, ae, af, ag, ah, ai, aj, ak, al, am, an, ao, ap, aq, ar, at, au, av,
                   aw, ax, ay, az, ba, bb, bc, bd, be, bf, bg);
  }
};
template <>
struct Members<59> {
  static constexpr decltype(auto) visit(auto& object, auto&& visitor) {
    auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z, aa, ab, ac,
           ad, ae, af, ag, ah, ai, aj, ak, al, am, an, ao, ap, aq, ar, at, au, av, aw, ax, ay, az,
           ba, bb, bc, bd, be, bf, bg, bh] = object;
    return visitor(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z, aa,
                   ab, ac, ad, ae, af, ag, ah, ai, aj, ak, al, am, an, ao, ap, aq, ar, at, au, av,
                   aw, ax, ay, az, ba, bb, bc, bd, be, bf, bg, bh);
  }
};
template <>
struct Members<60> {
  static constexpr decltype(auto) visit(auto& object, auto&& visitor) {
    auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z, aa, ab, ac,
           ad, ae, af, ag, ah, ai, aj, ak, al, am, an, ao, ap, aq, ar, at, au, av, aw, ax, ay, az,
           ba, bb, bc, bd, be, bf, bg, bh, bi] = object;
    return visitor(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z, aa,
                   ab, ac, ad, ae, af, ag, ah, ai, aj, ak, al, am, an, ao, ap, aq, ar, at, au, av,
                   aw, ax, ay, az, ba, bb, bc, bd, be, bf, bg, bh, bi);
  }
};
template <>
struct Members<61> {
  static constexpr decltype(auto) visit(auto& object, auto&& visitor) {
    auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z, aa, ab, ac,
           ad, ae, af, ag, ah, ai, aj, ak, al, am, an, ao, ap, aq, ar, at, au, av, aw, ax, ay, az,
           ba, bb, bc, bd, be, bf, bg, bh, bi, bj] = object;
    return visitor(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z, aa,
                   ab, ac, ad, ae, af, ag, ah, ai, aj, ak, al, am, an, ao, ap, aq, ar, at, au, av,
                   aw, ax, ay, az, ba, bb, bc, bd, be, bf, bg, bh, bi, bj);
  }
};
template <>
struct Members<62> {
  static constexpr decltype(auto) visit(auto& object, auto&& visitor) {
    auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z, aa, ab, ac,
           ad, ae, af, ag, ah, ai, aj, ak, al, am, an, ao, ap, aq, ar, at, au, av, aw, ax, ay, az,
           ba, bb, bc, bd, be, bf, bg, bh, bi, bj, bk] = object;
    return visitor(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z, aa,
                   ab, ac, ad, ae, af, ag, ah, ai, aj, ak, al, am, an, ao, ap, aq, ar, at, au, av,
                   aw, ax, ay, az, ba, bb, bc, bd, be, bf, bg, bh, bi, bj, bk);
  }
};
template <>
struct Members<63> {
  static constexpr decltype(auto) visit(auto& object, auto&& visitor) {
    auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z, aa, ab, ac,
           ad, ae, af, ag, ah, ai, aj, ak, al, am, an, ao, ap, aq, ar, at, au, av, aw, ax, ay, az,
           ba, bb, bc, bd, be, bf, bg, bh, bi, bj, bk, bl] = object;
    return visitor(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z, aa,
                   ab, ac, ad, ae, af, ag, ah, ai, aj, ak, al, am, an, ao, ap, aq, ar, at, au, av,
                   aw, ax, ay, az, ba, bb, bc, bd, be, bf, bg, bh, bi, bj, bk, bl);
  }
};
template <>
struct Members<64> {
  static constexpr decltype(auto) visit(auto& object, auto&& visitor) {
    auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z, aa, ab, ac,
           ad, ae, af, ag, ah, ai, aj, ak, al, am, an, ao, ap, aq, ar, at, au, av, aw, ax, ay, az,
           ba, bb, bc, bd, be, bf, bg, bh, bi, bj, bk, bl, bm] = object;
    return visitor(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z, aa,
                   ab, ac, ad, ae, af, ag, ah, ai, aj, ak, al, am, an, ao, ap, aq, ar, at, au, av,
                   aw, ax, ay, az, ba, bb, bc, bd, be, bf, bg, bh, bi, bj, bk, bl, bm);
  }
};

}  // namespace durable::json::detail
