using System.Reflection;
using System.Text.RegularExpressions;
using Berth.Packaging.Archive;
using Berth.Packaging.Manifest;
using Berth.Packaging.Tests.Archive;
using Berth.Packaging.Tests.Manifest;

namespace Berth.Packaging.Tests;

public sealed partial class FaultCodeTests
{
    private static readonly string[] Codes = [.. CodesOf(typeof(ArchiveFaultCodes)), .. CodesOf(typeof(ManifestFaultCodes))];

    [Fact]
    public void Every_code_is_documented_and_no_other() =>
        DocumentedCode().Matches(File.ReadAllText(Path.Combine(Repository(), "docs", "errors", "packaging.md")))
            .Select(match => match.Groups["code"].Value).ShouldBe(Codes);

    [Fact]
    public void Every_code_is_stable_dotted_and_used_once()
    {
        Codes.ShouldBeUnique();
        Codes.ShouldAllBe(code => StableCode().IsMatch(code));
    }

    [Fact]
    public void Every_code_is_provoked_by_a_golden_case()
    {
        // These have tests of their own.
        string[] elsewhere = [ArchiveFaultCodes.FileMissing, ArchiveFaultCodes.Checksum, ManifestFaultCodes.TooMany];
        var golden = HostileArchives.All.Values.Select(hostile => hostile.Code)
            .Concat(FaultyManifestTests.Members.Select(row => (string)row[1]))
            .Concat(FaultyManifestTests.Documents.Select(row => (string)row[1]));

        Codes.Except(elsewhere, StringComparer.Ordinal).Except(golden, StringComparer.Ordinal).ShouldBeEmpty();
    }

    private static IEnumerable<string> CodesOf(Type type) =>
        type.GetFields(BindingFlags.Public | BindingFlags.Static).OrderBy(field => field.MetadataToken).Select(field => (string)field.GetRawConstantValue()!);

    private static string Repository()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Berth.slnx")))
        {
            folder = folder.Parent;
        }

        return folder.ShouldNotBeNull().FullName;
    }

    [GeneratedRegex(@"^\| `(?<code>[a-z0-9_.]+)` \|", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex DocumentedCode();

    [GeneratedRegex(@"^(archive|manifest)(\.[a-z0-9_]+){1,2}$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex StableCode();
}
