using System.Security.Cryptography;
using Berth.Data.Blobs;
using Berth.Data.Sessions;
using Berth.Data.Tests;
using Berth.Data.Tests.PostgreSql;
using Berth.Packaging.Archive;
using Berth.Registry.Catalog;
using Berth.Registry.Publishing;
using Berth.Registry.Trust;
using Berth.Registry.Versions;
using Microsoft.Extensions.DependencyInjection;

namespace Berth.Registry.Tests;

/// <summary>A registry of a test's own, on one of the databases, with files in a folder.</summary>
public abstract class RegistryTestBase(DatabaseKind kind) : IAsyncLifetime
{
    protected const string Ada = "0000000000000000000000000000000a";
    protected const string Bob = "0000000000000000000000000000000b";

    private readonly TestFolder _folder = new();
    private string _connection = "sqlite";
    private ServiceProvider _services = null!;

    protected ManualTime Time { get; } = new();

    protected IDatabase Database { get; private set; } = null!;

    protected IPackageBlobs Blobs => _services.GetRequiredService<IPackageBlobs>();

    protected IPublisher Publisher => _services.GetRequiredService<IPublisher>();

    protected ICatalog Catalog => _services.GetRequiredService<ICatalog>();

    protected ICatalogSearch Search => _services.GetRequiredService<ICatalogSearch>();

    protected ITrustDecisions Trust => _services.GetRequiredService<ITrustDecisions>();

    protected IVersionStates States => _services.GetRequiredService<IVersionStates>();

    protected IChannels Channels => _services.GetRequiredService<IChannels>();

    protected T Part<T>()
        where T : notnull => _services.GetRequiredService<T>();

    protected static RegistryActor As(string user, bool administrator = false) => new(user, user, administrator);

    protected IDownloadCounter Downloads => _services.GetRequiredService<IDownloadCounter>();

    protected virtual PackageLimits Limits => PackageLimits.Default;

    protected string Folder => _folder.Path;

    /// <summary>All parts.</summary>
    protected IServiceProvider Provider => _services;

    /// <summary>More parts, or others; what is added last counts.</summary>
    protected virtual void Configure(IServiceCollection services)
    {
    }

    public async Task InitializeAsync()
    {
        if (kind == DatabaseKind.PostgreSql)
            _connection = await PostgresServer.CreateMigratedDatabaseAsync();
        else
            await MigratedFile.PutAsync(_folder.Path);
        Database = await Databases.OpenAsync(_connection, _folder.Path);
        _services = AnotherNode(Database);
    }

    public async Task DisposeAsync()
    {
        await _services.DisposeAsync();
        await Database.DisposeAsync();
        if (kind == DatabaseKind.PostgreSql)
            await PostgresServer.DropDatabaseAsync(_connection);
        _folder.Dispose();
    }

    /// <summary>The registry's parts with caches of their own.</summary>
    protected ServiceProvider AnotherNode(IDatabase database)
    {
        var services = Services(database);
        Configure(services);
        return services.BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });
    }

    /// <summary>The registry's parts, for a test that adds to them.</summary>
    protected IServiceCollection Services(IDatabase database) => new ServiceCollection()
        .AddLogging()
        .AddSingleton<TimeProvider>(Time)
        .AddSingleton(Limits)
        .AddSingleton(database)
        .AddSingleton(PackageBlobStores.Open("file", _folder.Path))
        .AddBerthRegistry();

    protected Task<PublishOutcome> PublishAsync(byte[] package, string publisher = Ada, bool administrator = false) =>
        Publisher.PublishAsync(new PublishRequest(publisher, administrator, new MemoryStream(package)));

    /// <summary>Publishes what must succeed.</summary>
    protected async Task<VersionRecord> PublishedAsync(byte[] package, string publisher = Ada, bool administrator = false) =>
        (await PublishAsync(package, publisher, administrator)).ShouldBeOfType<PublishOutcome.Published>().Version;

    protected async Task<byte[]> DownloadAsync(string digest)
    {
        await using var stream = (await Blobs.OpenAsync(digest)).ShouldNotBeNull();
        using var bytes = new MemoryStream();
        await stream.CopyToAsync(bytes);
        return bytes.ToArray();
    }

    protected Task<long> CountAsync(string table) => Database.ReadAsync(s => s.ScalarAsync<long>($"SELECT COUNT(*) FROM {table}"));

    protected static string DigestOf(byte[] package) => Convert.ToHexStringLower(SHA256.HashData(package));

    /// <summary>All files of the package store, staging included.</summary>
    protected string[] StoredFiles() => [.. Directory.GetFiles(Path.Combine(_folder.Path, "packages"), "*", new EnumerationOptions
    {
        RecurseSubdirectories = true,
        AttributesToSkip = FileAttributes.None,
    }).Where(path => Path.GetFileName(path) != "unused.lock")];
}
