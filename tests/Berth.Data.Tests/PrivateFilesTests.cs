using Berth.Data.Blobs;
using Berth.Data.Sessions;

namespace Berth.Data.Tests;

public sealed class PrivateFilesTests : IDisposable
{
    private const UnixFileMode Others = UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Other_users_of_the_machine_cannot_open_the_database()
    {
        await using (var database = await Databases.OpenAsync("sqlite", _folder.Path))
        {
            await database.WriteAsync(session => session.ExecuteAsync("CREATE TABLE private_files_test (x INTEGER)"));
            Directory.GetFiles(_folder.Path, "berth.db*").Length.ShouldBe(3, "the log and its index are made beside it");
            Directory.GetFiles(_folder.Path, "berth.db*").ShouldAllBe(file => (File.GetUnixFileMode(file) & Others) == UnixFileMode.None);
        }
    }

    [Fact]
    public async Task A_database_that_others_could_open_is_closed_to_them_and_its_group_keeps_its_rights()
    {
        await (await Databases.OpenAsync("sqlite", _folder.Path)).DisposeAsync();
        var file = Path.Combine(_folder.Path, "berth.db");
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead);

        await (await Databases.OpenAsync("sqlite", _folder.Path)).DisposeAsync();

        File.GetUnixFileMode(file).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite);
    }

    [Fact]
    public void Other_users_of_the_machine_cannot_pass_the_folder_of_packages()
    {
        var root = Path.Combine(_folder.Path, "packages");
        _ = new FileBlobs(root, TimeProvider.System);
        (File.GetUnixFileMode(root) & Others).ShouldBe(UnixFileMode.None);
    }
}
