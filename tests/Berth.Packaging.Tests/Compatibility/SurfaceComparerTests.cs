using Berth.Packaging.Compatibility;

namespace Berth.Packaging.Tests.Compatibility;

public sealed class SurfaceComparerTests
{
    [Theory]
    [InlineData("public class A { }", "class A { }", "Breaking api.type_removed A")]
    [InlineData("namespace N; public class A { }", "namespace M; public class A { }", "Breaking api.type_removed N.A", "Info api.type_added M.A")]
    [InlineData("public class A { public class B { } }", "public class A { internal class B { } }", "Breaking api.type_removed A+B")]
    [InlineData("public class A { }", "public struct A { }", "Breaking api.type_kind A")]
    [InlineData("public class A { }", "public sealed class A { }", "Breaking api.type_sealed A")]
    [InlineData("public class A { public A() {} }", "public class A { internal A() {} }", "Breaking api.member_removed A..ctor()", "Breaking api.type_closed A")]
    [InlineData("public class A { }", "public abstract class A { public A() {} }", "Breaking api.type_abstract A")]
    [InlineData("public class B { } public class A : B { }", "public class B { } public class A { }", "Breaking api.type_base A")]
    [InlineData("public class A<T> { }", "public class A<T> where T : class { }", "Breaking api.type_constraints A`1")]
    [InlineData("public interface I { } public class A : I { }", "public interface I { } public class A { }", "Breaking api.interface_removed A")]
    [InlineData("public interface I { } public interface J { }", "public interface I : J { } public interface J { }", "Breaking api.interface_added I")]
    [InlineData("public class A { public void M() {} }", "public class A { private void M() {} }", "Breaking api.member_removed A.M()")]
    [InlineData("public class A { public void M(int x) {} }", "public class A { public void M(long x) {} }", "Breaking api.member_removed A.M(Int32)", "Info api.member_added A.M(Int64)")]
    [InlineData("public class A { public int M() => 1; }", "public class A { public long M() => 1; }", "Breaking api.member_changed A.M()")]
    [InlineData("public class A { public void M() {} }", "public class A { public static void M() {} }", "Breaking api.member_changed A.M()")]
    [InlineData("public class A { public void M() {} }", "public class A { protected void M() {} }", "Breaking api.member_visibility A.M()")]
    [InlineData("public class A { public virtual void M() {} }", "public class A { public void M() {} }", "Breaking api.member_not_virtual A.M()")]
    [InlineData("public abstract class A { public virtual void M() {} public A() {} }", "public abstract class A { public abstract void M(); public A() {} }", "Breaking api.member_abstract A.M()")]
    [InlineData("public abstract class A { public A() {} }", "public abstract class A { public abstract void M(); public A() {} }", "Breaking api.abstract_member_added A.M()")]
    [InlineData("public interface I { }", "public interface I { void M(); }", "Breaking api.interface_member_added I.M()")]
    [InlineData("public class A { public int P { get; set; } }", "public class A { public int P { get; } }", "Breaking api.member_removed A.set_P(Int32)")]
    [InlineData("public class A { public int P { get; set; } }", "public class A { public int P { get; init; } }", "Breaking api.member_changed A.set_P(Int32)")]
    [InlineData("public class A { public int F; }", "public class A { public readonly int F; }", "Breaking api.member_read_only A.F")]
    [InlineData("public class A { public const int F = 1; }", "public class A { public const int F = 2; }", "Risky api.constant_changed A.F")]
    [InlineData("public enum E { X, Y }", "public enum E { Y, X }", "Breaking api.constant_changed E.X", "Breaking api.constant_changed E.Y")]
    [InlineData("public enum E { X }", "public enum E { X, Y }", "Info api.member_added E.Y")]
    [InlineData("public class A { public void M<T>() {} }", "public class A { public void M<T>() where T : new() {} }", "Breaking api.member_changed A.M`1()")]
    [InlineData("public class A { }", "public class A { public event System.Action? E; }", "Info api.member_added A.add_E(System.Action)", "Info api.member_added A.remove_E(System.Action)")]
    public void What_changed_is_named(string from, string to, params string[] expected) => SourceCode.Changes(from, to).ShouldBe(expected.Order(StringComparer.Ordinal));

    [Theory]
    [InlineData("public sealed class A { protected void M() {} }", "public sealed class A { }")]
    [InlineData("public class A { internal void M() {} private int _f; }", "public class A { }")]
    [InlineData("public class A { public A(int x) {} }", "public class A { public A(int y) {} }")]
    [InlineData("public class A { public System.Collections.Generic.IEnumerable<int[]> M(ref int x, out string y) { y = \"\"; yield_(); return []; } void yield_() {} }", "public class A { public System.Collections.Generic.IEnumerable<int[]> M(ref int x, out string y) { y = \"\"; return []; } }")]
    [InlineData("public record A(int X);", "public record A(int X);")]
    public void What_others_cannot_see_does_not_matter(string from, string to) => SourceCode.Changes(from, to).ShouldBeEmpty();

    [Fact]
    public void An_interface_member_with_a_body_breaks_nobody() =>
        SourceCode.Changes("public interface I { }", "public interface I { int M() => 1; }").ShouldBe(["Info api.member_added I.M()"]);

    [Fact]
    public void What_is_no_assembly_is_told_and_never_thrown()
    {
        var bytes = SourceCode.Build("public class A { public void M(int x) {} public enum E { X } }");
        var random = new Random(7);
        for (var round = 0; round < 2_000; round++)
        {
            var broken = (byte[])bytes.Clone();
            for (var i = random.Next(1, 20); i > 0; i--)
                broken[random.Next(broken.Length)] = (byte)random.Next(256);
            Should.NotThrow(() => ContractSurface.TryRead(broken[..random.Next(broken.Length)]));
            Should.NotThrow(() => ContractSurface.TryRead(broken));
        }

        ContractSurface.TryRead([]).ShouldBeNull();
        ContractSurface.TryRead("MZ and nothing more"u8.ToArray()).ShouldBeNull();
    }
}
