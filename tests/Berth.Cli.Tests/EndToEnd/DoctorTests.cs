using Berth.Cli.Demo;
using Berth.Cli.Output;

namespace Berth.Cli.Tests.EndToEnd;

/// <summary><c>berth doctor</c> with the real executables, on a data folder that a real server left behind.</summary>
public sealed class DoctorTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new("berth-cli-doctor-");
    private CliRun _cli = null!;

    private string Data => Path.Combine(_folder.Path, "data");

    public async Task InitializeAsync()
    {
        await using (var server = await DemoServer.StartAsync(ServerFixture.Tree.ServerAssembly, _folder.Path, CancellationToken.None))
        {
            using var admin = new CliRun(server.Host.AbsoluteUri.TrimEnd('/'), server.AdminToken);
            (await admin.RunAsync("publish", ServerFixture.Package("1.0.0"))).Exit.ShouldBe(ExitCode.Done);
            (await admin.RunAsync("install", "Notes", "--yes")).Exit.ShouldBe(ExitCode.Done);
        }

        // No server any more: what follows is about the folder alone.
        _cli = new CliRun("http://127.0.0.1:9", token: null);
    }

    public Task DisposeAsync()
    {
        _cli.Dispose();
        _folder.Dispose();
        return Task.CompletedTask;
    }

    [Fact]
    public async Task A_spoiled_file_is_found_repaired_and_not_found_again()
    {
        (await DoctorAsync(ExitCode.Done)).Out.ShouldContain("Everything fits together.");

        StoredFile.Spoil(Data, "Notes", "1.0.0");
        var found = await DoctorAsync(ExitCode.Failed);
        found.Out.ShouldContain("error: ");
        found.Out.ShouldContain("(doctor.files_modified)");
        found.Error.ShouldContain("berth doctor --fix");
        await DoctorAsync(ExitCode.Difference, "--check");
        (await DoctorAsync(ExitCode.Failed, "--fix", "--dry-run")).Out.ShouldContain("0 repaired");

        (await DoctorAsync(ExitCode.Done, "--fix", "--check")).Out.ShouldContain("repaired: ");
        await DoctorAsync(ExitCode.Done, "--check");
    }

    [Fact]
    public async Task A_database_that_is_gone_is_made_again_from_the_records()
    {
        foreach (var file in Directory.EnumerateFiles(Data, "berth.db*"))
            File.Delete(file);
        (await DoctorAsync(ExitCode.Failed)).Out.ShouldContain("(doctor.database_missing)");
        File.Exists(Path.Combine(Data, "berth.db")).ShouldBeFalse("looking makes none");

        (await DoctorAsync(ExitCode.Done, "--rebuild", "--dry-run")).Out.ShouldContain("Would make the rows again");
        File.Exists(Path.Combine(Data, "berth.db")).ShouldBeFalse("a dry run makes none");
        (await DoctorAsync(ExitCode.Done, "--rebuild")).Out.ShouldContain("2 rows made again", Case.Sensitive, "a user and an installation");

        await DoctorAsync(ExitCode.Done);
    }

    [Fact]
    public async Task A_folder_that_is_none_has_its_code_and_its_exit_code()
    {
        var result = await _cli.RunAsync("doctor", "--data", Path.Combine(_folder.Path, "nowhere"));
        result.Exit.ShouldBe(ExitCode.NotFound);
        result.Error.ShouldContain("doctor.no_data");
    }

    private async Task<CliResult> DoctorAsync(ExitCode exit, params string[] options)
    {
        var result = await _cli.RunAsync(["doctor", "--data", Data, .. options]);
        result.Exit.ShouldBe(exit, $"{result.Out}{result.Error}");
        return result;
    }
}
