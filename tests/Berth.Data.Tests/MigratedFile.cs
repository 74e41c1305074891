using Berth.Data.Sessions;

namespace Berth.Data.Tests;

/// <summary>
/// An embedded database whose schema is up to date. The scripts run once in a test run; each test gets a copy of the file that
/// they made, which is several times as quick as running them again.
/// </summary>
public static class MigratedFile
{
    private static readonly Lazy<Task<byte[]>> Bytes = new(MakeAsync);

    /// <summary>Puts the database into a folder, where <see cref="Databases"/> finds it.</summary>
    public static async Task PutAsync(string folder)
    {
        Directory.CreateDirectory(folder);
        await File.WriteAllBytesAsync(Path.Combine(folder, Databases.FileName), await Bytes.Value);
    }

    private static async Task<byte[]> MakeAsync()
    {
        var folder = Directory.CreateTempSubdirectory("berth-template-").FullName;
        try
        {
            await (await Databases.OpenAsync("sqlite", folder)).DisposeAsync();
            return await File.ReadAllBytesAsync(Path.Combine(folder, Databases.FileName));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
