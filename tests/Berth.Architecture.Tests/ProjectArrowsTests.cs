using System.Xml.Linq;

namespace Berth.Architecture.Tests;

public sealed class ProjectArrowsTests
{
    // ARCHITECTURE.md draws these; nothing else is allowed.
    private static readonly Dictionary<string, string[]> Allowed = new(StringComparer.Ordinal)
    {
        ["Berth.Abstractions"] = [],
        ["Berth.Sdk"] = [],
        ["Berth.Packaging"] = ["Berth.Abstractions"],
        ["Berth.Data"] = [],
        ["Berth.Registry"] = ["Berth.Packaging", "Berth.Data"],
        ["Berth.Worker"] = ["Berth.Abstractions"],
        ["Berth.Host"] = ["Berth.Abstractions", "Berth.Packaging"],
        ["Berth.Lifecycle"] = ["Berth.Packaging", "Berth.Host", "Berth.Data"],
        ["Berth.Server"] = ["Berth.Registry", "Berth.Host", "Berth.Lifecycle", "Berth.Data"],
        ["Berth.Cli"] = ["Berth.Packaging"],
    };

    public static TheoryData<string> Projects => [.. Directory.GetDirectories(Path.Combine(RepositoryFiles.Root, "src")).Select(folder => Path.GetFileName(folder))];

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_project_refers_only_to_those_that_its_arrows_allow(string project)
    {
        Allowed.ShouldContainKey(project, $"{project} is new: draw its arrows in ARCHITECTURE.md and here.");
        var file = Path.Combine(RepositoryFiles.Root, "src", project, $"{project}.csproj");
        var references = XDocument.Load(file).Descendants("ProjectReference")
            // What is only built along is no assembly that it could use.
            .Where(reference => reference.Attribute("ReferenceOutputAssembly")?.Value != "false")
            .Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value));
        references.ShouldBeSubsetOf(Allowed[project]);
    }

    [Fact]
    public void Packaging_opens_no_connection_and_no_database_and_has_no_container()
    {
        string[] forbidden = ["System.Net.Http", "System.Net.Sockets", "Microsoft.Extensions.DependencyInjection", "System.Data", "Microsoft.AspNetCore"];
        var used = RepositoryFiles.Sources("src/Berth.Packaging").SelectMany(File.ReadLines).Where(line => line.StartsWith("using ", StringComparison.Ordinal));
        used.Where(line => forbidden.Any(name => line.Contains(name, StringComparison.Ordinal))).ShouldBeEmpty();
    }

    [Fact]
    public void Lifecycle_uses_only_the_public_door_of_the_host()
    {
        string[] doors = ["Berth.Host", "Berth.Host.Dispatch", "Berth.Host.Caches", "Berth.Host.Events", "Berth.Host.Graph.Loading", "Berth.Host.Health", "Berth.Host.Observability", "Berth.Host.States", "Berth.Host.Isolation"];
        var used = RepositoryFiles.Sources("src/Berth.Lifecycle").SelectMany(File.ReadLines)
            .Where(line => line.StartsWith("using Berth.Host", StringComparison.Ordinal))
            .Select(line => line["using ".Length..].TrimEnd(';')).Distinct(StringComparer.Ordinal);
        used.ShouldBeSubsetOf(doors);
    }

    [Fact]
    public void The_host_knows_no_users_table_and_no_database()
    {
        var used = RepositoryFiles.Sources("src/Berth.Host").SelectMany(File.ReadLines).Where(line => line.StartsWith("using ", StringComparison.Ordinal));
        used.Where(line => line.Contains("Berth.Data", StringComparison.Ordinal) || line.Contains("System.Data", StringComparison.Ordinal)).ShouldBeEmpty();
    }
}
