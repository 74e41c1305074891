using System.Text;
using Berth.Packaging.Enforcement;
using Berth.Packaging.Scanning.Il;

namespace Berth.Packaging.Tests.Enforcement;

public sealed class CapabilityCatalogueTests
{
    private const string Begin = "<!-- catalogue: made from CapabilityCatalogue -->\n";
    private const string End = "<!-- end of catalogue -->";

    [Fact]
    public void Every_capability_is_in_it_with_every_level()
    {
        CapabilityCatalogue.All.Select(entry => entry.Capability).ShouldBe(Capabilities.All);
        foreach (var entry in CapabilityCatalogue.All)
        {
            entry.Levels.Select(level => level.Level).ShouldBe(["none", "process", "sandbox", "container", "vm"]);
            entry.Levels.ShouldAllBe(level => level.By.Count > 0);
            entry.Gives.ShouldEndWith(".");
        }

        CapabilityCatalogue.Find("no:such").ShouldBeNull();
    }

    [Fact]
    public void Nothing_in_the_hosts_own_process_is_claimed_to_be_the_kernels_work() =>
        CapabilityCatalogue.All.ShouldAllBe(entry => !entry.At("none").By.Contains(EnforcementKind.Kernel));

    [Fact]
    public void What_the_scan_is_claimed_to_find_has_members_that_it_looks_for()
    {
        var looked = ApiTable.CapabilitiesLookedFor.ToHashSet(StringComparer.Ordinal);
        foreach (var entry in CapabilityCatalogue.All.Where(entry => entry.At("none").By.Contains(EnforcementKind.Scan)))
            looked.ShouldContain(entry.Capability.Name);
    }

    [Fact]
    public void The_page_has_it_as_it_is()
    {
        var page = Path.Combine(Repository(), "docs", "capabilities.md");
        var text = File.ReadAllText(page);
        var (begin, end) = (text.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length, text.IndexOf(End, StringComparison.Ordinal));
        var written = text[begin..end];
        var expected = Table();
        if (written != expected)
            File.WriteAllText(Path.ChangeExtension(page, ".received.md"), text[..begin] + expected + text[end..]);
        written.ShouldBe(expected, "docs/capabilities.md is made from the catalogue: move docs/capabilities.received.md over it.");
    }

    private static string Table()
    {
        var text = new StringBuilder("\n| capability | risk | gives | none | process | sandbox, container | vm |\n|---|---|---|---|---|---|---|\n");
        var notes = new List<string>();
        foreach (var entry in CapabilityCatalogue.All)
            text.Append("| `").Append(entry.Capability.Name).Append("` | ").Append(entry.Capability.Risk.ToString().ToLowerInvariant()).Append(" | ").Append(entry.Gives).Append(" | ")
                .AppendJoin(" | ", new[] { "none", "process", "sandbox", "vm" }.Select(level => Cell(entry.At(level), notes))).Append(" |\n");
        foreach (var entry in CapabilityCatalogue.All)
            (entry.At("sandbox").Words.SequenceEqual(entry.At("container").Words) && entry.At("sandbox").Note == entry.At("container").Note).ShouldBeTrue(entry.Capability.Name);
        text.Append('\n');
        for (var i = 0; i < notes.Count; i++)
            text.Append(i + 1).Append(". ").Append(notes[i]).Append('\n');
        return text.Append('\n').ToString();
    }

    private static string Cell(CapabilityEnforcement at, List<string> notes)
    {
        var words = string.Join(", ", at.Words.Select(word => word.Replace('_', ' ')));
        if (at.Note is not { } note)
            return words;
        if (!notes.Contains(note))
            notes.Add(note);
        return $"{words} ({notes.IndexOf(note) + 1})";
    }

    private static string Repository()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "Berth.slnx")))
            folder = folder.Parent;
        return folder.FullName;
    }
}
