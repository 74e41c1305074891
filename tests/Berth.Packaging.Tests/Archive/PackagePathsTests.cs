using Berth.Packaging.Archive;

namespace Berth.Packaging.Tests.Archive;

public sealed class PackagePathsTests
{
    [Fact]
    public void A_path_that_a_package_holds_has_no_fault_and_another_has_all_of_them()
    {
        PackagePaths.Check("dist/remoteEntry.js").ShouldBeEmpty();
        PackagePaths.Check("dist/a:b\\aux.").Count.ShouldBeGreaterThan(2);
    }

    [Fact]
    public void Paths_that_differ_in_case_only_are_one_and_are_ordered_by_their_bytes()
    {
        PackagePaths.Fold("Dist/É.js").ShouldBe(PackagePaths.Fold("dist/é.JS"));
        new[] { "b", "B", "\U0001F600", "\uFFFD", "a/" }.Order(PackagePaths.Order).ShouldBe(["B", "a/", "b", "\uFFFD", "\U0001F600"]);
    }

    [Fact]
    public void A_path_is_shown_on_one_line() => PackagePaths.Shown("a\nb\u202E").ShouldBe("a\\u000ab\\u202e");
}
