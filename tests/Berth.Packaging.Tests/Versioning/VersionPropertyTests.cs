using Berth.Packaging.Versioning;
using FsCheck;
using FsCheck.Fluent;

namespace Berth.Packaging.Tests.Versioning;

public sealed class VersionPropertyTests
{
    private static readonly Config Runs = Config.QuickThrowOnFailure.WithMaxTest(2000);

    // Few distinct parts, so that equal and neighbouring versions are frequent.
    private static readonly Gen<string> Identifier = Gen.Elements("0", "1", "9", "10", "alpha", "Alpha", "b", "-", "0a", "123456789012345678901234567890");

    private static readonly Gen<string> Identifiers =
        from count in Gen.Choose(0, 3)
        from parts in Gen.ArrayOf(Identifier, count)
        select string.Join('.', parts);

    private static readonly Gen<SemanticVersion> Version =
        from numbers in Gen.ArrayOf(Gen.Choose(0, 3), 3)
        from prerelease in Gen.Frequency((1, Gen.Constant("")), (1, Identifiers))
        from build in Gen.Frequency((2, Gen.Constant("")), (1, Identifiers))
        select SemanticVersion.Parse(string.Join('.', numbers) + (prerelease.Length > 0 ? "-" : "") + prerelease + (build.Length > 0 ? "+" : "") + build);

    private static readonly Gen<string> Part =
        from precision in Gen.Choose(0, 3)
        from version in Version
        select precision == 3 ? version.ToString() : precision == 0 ? "*" : string.Join('.', version.ToString().Split('.').Take(precision));

    private static readonly Gen<string> Simple =
        from sign in Gen.Elements("", "=", "^", "~", ">", ">=", "<", "<=")
        from part in Part.Where(part => VersionRange.TryParse(part, out _))
        select sign + part;

    private static readonly Gen<string> RangeText =
        from alternatives in Gen.Choose(1, 3)
        from texts in Gen.ArrayOf(Gen.ArrayOf(Simple, 2), alternatives)
        select string.Join(" || ", texts.Select(text => string.Join(' ', text)));

    [Fact]
    public void A_version_is_what_its_text_says() =>
        Check.One(Runs, Prop.ForAll(Version.ToArbitrary(), version => SemanticVersion.Parse(version.ToString()).Equals(version)));

    [Fact]
    public void The_order_is_total() =>
        Check.One(Runs, Prop.ForAll(Version.Three().ToArbitrary(), triple =>
        {
            var (a, b, c) = triple;
            Math.Sign(a.CompareTo(b)).ShouldBe(-Math.Sign(b.CompareTo(a)));
            (a.CompareTo(b) == 0).ShouldBe(string.Equals(Core(a), Core(b), StringComparison.Ordinal));
            if (a.CompareTo(b) <= 0 && b.CompareTo(c) <= 0)
            {
                a.CompareTo(c).ShouldBeLessThanOrEqualTo(0);
            }
        }));

    [Fact]
    public void A_range_means_the_same_after_it_was_written_and_read_again() =>
        Check.One(Runs, Prop.ForAll(RangeText.ToArbitrary(), Version.ToArbitrary(), (text, version) =>
        {
            var range = VersionRange.Parse(text);
            VersionRange.Parse(range.ToString()).Contains(version).ShouldBe(range.Contains(version));
        }));

    [Fact]
    public void An_alternative_only_adds_and_a_second_bound_only_takes_away() =>
        Check.One(Runs, Prop.ForAll(Simple.Two().ToArbitrary(), Version.ToArbitrary(), (pair, version) =>
        {
            var (left, right) = pair;
            bool In(string text) => VersionRange.Parse(text).Contains(version, includePrerelease: true);
            In($"{left} || {right}").ShouldBe(In(left) || In(right));
            In($"{left} {right}").ShouldBe(In(left) && In(right));
        }));

    [Fact]
    public void A_prerelease_that_is_in_a_range_is_there_on_request_as_well() =>
        Check.One(Runs, Prop.ForAll(RangeText.ToArbitrary(), Version.ToArbitrary(), (text, version) =>
            !VersionRange.Parse(text).Contains(version) || VersionRange.Parse(text).Contains(version, includePrerelease: true)));

    private static string Core(SemanticVersion version) => version.ToString().Split('+')[0];
}
