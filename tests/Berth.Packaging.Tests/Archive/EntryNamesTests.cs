using Berth.Packaging.Archive;

namespace Berth.Packaging.Tests.Archive;

public sealed class EntryNamesTests
{
    [Theory]
    [InlineData("a")]
    [InlineData("dist/remoteEntry.js")]
    [InlineData(".eslintrc")]
    [InlineData("...a")]
    [InlineData("a b/c d.txt")]
    [InlineData("assets/über/漢字.png")]
    [InlineData("assets/😀.png")]
    [InlineData("context.js")]
    [InlineData("com10.js")]
    [InlineData("console.log")]
    [InlineData("%2e%2e/a")]
    [InlineData("a~1.txt")]
    public void Ordinary_names_are_allowed(string path) => EntryNames.Check(path).ShouldBeEmpty();

    [Fact]
    public void The_longest_names_are_allowed()
    {
        EntryNames.IsValid(new string('a', 255)).ShouldBeTrue();
        EntryNames.IsValid(string.Join('/', Enumerable.Repeat("a", 32))).ShouldBeTrue();
        EntryNames.IsValid(string.Join('/', Enumerable.Repeat(new string('a', 204), 5))).ShouldBeTrue();
    }

    [Fact]
    public void All_broken_rules_of_one_path_are_reported() =>
        EntryNames.Check("../con/a\\b:c. ").Select(fault => fault.Code).ShouldBe(
            [ArchiveFaultCodes.PathBackslash, ArchiveFaultCodes.PathColon, ArchiveFaultCodes.PathTraversal, ArchiveFaultCodes.PathDevice, ArchiveFaultCodes.PathTrailingSpace]);

    [Fact]
    public void A_fault_can_be_printed()
    {
        var fault = EntryNames.Check("a\u001b[2J\u202E" + new string('b', 2000))[0];

        fault.Entry.ShouldStartWith("a\\u001b[2J\\u202e");
        fault.Entry!.Length.ShouldBeLessThan(300);
    }
}
