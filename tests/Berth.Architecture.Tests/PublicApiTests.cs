namespace Berth.Architecture.Tests;

public sealed class PublicApiTests
{
    [Fact]
    public async Task The_public_surface_of_Abstractions_is_the_approved_one()
    {
        var approvedFile = Path.Combine(RepositoryFiles.Root, "tests", "Berth.Architecture.Tests", "Berth.Abstractions.approved.txt");
        var now = PublicApi.Describe(typeof(IPlugin).Assembly);
        var approved = File.Exists(approvedFile) ? await File.ReadAllTextAsync(approvedFile) : "";
        if (now != approved)
            await File.WriteAllTextAsync(Path.ChangeExtension(approvedFile, ".received.txt"), now);
        now.ShouldBe(approved, "What plugins are compiled against has changed. If that is meant, copy Berth.Abstractions.approved.received.txt over the approved file.");
    }
}
