using System.Text;
using Berth.Packaging.Versioning;

namespace Berth.Fuzz.Targets;

/// <summary>Versions and ranges.</summary>
internal sealed class VersionTarget : FuzzTarget
{
    public override string Name => "semver";

    public override int MaxLength => 400;

    public override IEnumerable<string> Words => ["||", ">=", "<=", "^", "~", " - ", ".x", "*", "-rc.1", "+build", "0", "99999999999999999999", "1.2.3"];

    public override IEnumerable<byte[]> Seeds() => new[]
    {
        "1.0.0", "1.2.3-alpha.1+build.5", "0.0.1-0", "^1.2.3", "~0.2", ">=1.0.0 <2.0.0 || 3.x", "1.2.3 - 2.3", "*", "", "=1.0.0-beta",
    }.Select(Utf8);

    public override void Run(byte[] input)
    {
        var text = Encoding.UTF8.GetString(input);
        if (SemanticVersion.TryParse(text, out var version))
        {
            Promise(version.ToString() == text, "a version is written as it was read");
            Promise(version.CompareTo(SemanticVersion.Parse(text)) == 0 && version.Equals(SemanticVersion.Parse(text)), "a version equals itself");
        }

        if (VersionRange.TryParse(text, out var range) && version is not null)
            _ = range.Contains(version);
    }
}
