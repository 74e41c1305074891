using System.Reflection;
using System.Text.RegularExpressions;
using Berth.Registry.Publishing;

namespace Berth.Registry.Tests.Publishing;

public sealed class PublishFaultCodesTests
{
    [Fact]
    public void Every_code_is_documented_and_no_other()
    {
        var codes = typeof(PublishFaultCodes).GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => (string)field.GetRawConstantValue()!);
        var documented = Regex.Matches(File.ReadAllText(Path.Combine(Repository(), "docs", "errors", "registry.md")), "^\\| `(?<code>[a-z._]+)` \\|", RegexOptions.Multiline | RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1));

        documented.Select(match => match.Groups["code"].Value).ShouldBe(codes, ignoreOrder: true);
    }

    private static string Repository()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Berth.slnx")))
            folder = folder.Parent.ShouldNotBeNull();
        return folder.FullName;
    }
}
