using System.Security.Cryptography;
using Berth.Data.Blobs;

namespace Berth.Data.Tests.Blobs;

[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class FileBlobsTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly IPackageBlobs _blobs;

    public FileBlobsTests() => _blobs = PackageBlobStores.Open("file", _folder.Path);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task What_was_committed_is_there_under_its_digest_and_read_only()
    {
        var bytes = RandomNumberGenerator.GetBytes(300_000);
        await using var blob = await _blobs.StageAsync(new MemoryStream(bytes), 1_000_000);

        await _blobs.CommitAsync(blob);

        blob.Digest.ShouldBe(Convert.ToHexStringLower(SHA256.HashData(bytes)));
        blob.Size.ShouldBe(bytes.Length);
        (await ReadAsync(blob.Digest)).ShouldBe(bytes);
        var file = _blobs.FindFile(blob.Digest).ShouldNotBeNull();
        file.ShouldBe(Path.Combine(_folder.Path, "packages", blob.Digest[..2], blob.Digest));
        File.GetUnixFileMode(file).ShouldBe(UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        Staged().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_staged_blob_can_be_read_before_and_after_the_commit()
    {
        await using var blob = await _blobs.StageAsync(new MemoryStream([1, 2, 3]), 10);
        blob.Content.ReadByte().ShouldBe(1);
        blob.Content.CanSeek.ShouldBeTrue();

        await _blobs.CommitAsync(blob);

        blob.Content.Position = 2;
        blob.Content.ReadByte().ShouldBe(3);
    }

    [Fact]
    public async Task What_is_not_committed_leaves_nothing()
    {
        string digest;
        await using (var blob = await _blobs.StageAsync(new MemoryStream([1, 2, 3]), 10))
        {
            digest = blob.Digest;
            Staged().ShouldHaveSingleItem();
        }

        Staged().ShouldBeEmpty();
        _blobs.FindFile(digest).ShouldBeNull();
        (await _blobs.OpenAsync(digest)).ShouldBeNull();
    }

    [Theory]
    [InlineData(10, true)]
    [InlineData(11, false)]
    public async Task The_bound_is_exact_and_nothing_is_kept_beyond_it(int size, bool fits)
    {
        var source = new MemoryStream(new byte[size]);
        if (fits)
        {
            await using var blob = await _blobs.StageAsync(source, 10);
            blob.Size.ShouldBe(size);
        }
        else
        {
            (await Should.ThrowAsync<BlobTooLargeException>(() => _blobs.StageAsync(source, 10))).MaxBytes.ShouldBe(10);
        }

        Staged().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_cancelled_upload_leaves_nothing()
    {
        using var cancellation = new CancellationTokenSource();
        await cancellation.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => _blobs.StageAsync(new MemoryStream([1]), 10, cancellation.Token));

        Staged().ShouldBeEmpty();
    }

    [Fact]
    public async Task The_same_bytes_may_be_stored_many_times_at_once()
    {
        var bytes = RandomNumberGenerator.GetBytes(50_000);
        await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(async () =>
        {
            await using var blob = await _blobs.StageAsync(new MemoryStream(bytes), 100_000);
            await _blobs.CommitAsync(blob);
            (await ReadAsync(blob.Digest)).ShouldBe(bytes);
        })));

        Staged().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_truncated_file_is_replaced_by_the_next_commit()
    {
        var bytes = RandomNumberGenerator.GetBytes(1_000);
        await using var first = await _blobs.StageAsync(new MemoryStream(bytes), 1_000);
        await _blobs.CommitAsync(first);
        var file = _blobs.FindFile(first.Digest)!;
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        await File.WriteAllBytesAsync(file, bytes[..10]);

        await using var second = await _blobs.StageAsync(new MemoryStream(bytes), 1_000);
        await _blobs.CommitAsync(second);

        (await ReadAsync(first.Digest)).ShouldBe(bytes);
    }

    [Fact]
    public async Task Deleting_says_whether_there_was_something()
    {
        await using var blob = await _blobs.StageAsync(new MemoryStream([7]), 10);
        await _blobs.CommitAsync(blob);

        (await _blobs.DeleteAsync(blob.Digest)).ShouldBeTrue();
        (await _blobs.DeleteAsync(blob.Digest)).ShouldBeFalse();
        (await _blobs.OpenAsync(blob.Digest)).ShouldBeNull();
    }

    [Theory]
    [InlineData("")]
    [InlineData("..")]
    [InlineData("../../etc/passwd")]
    [InlineData("/etc/passwd")]
    [InlineData("aa/../../../../../../../../../../../../../../../../../etc/passwd")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\0")]
    [InlineData("ａaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public async Task R01_What_is_no_digest_never_becomes_a_path(string digest)
    {
        _blobs.FindFile(digest).ShouldBeNull();
        (await _blobs.OpenAsync(digest)).ShouldBeNull();
        (await _blobs.DeleteAsync(digest)).ShouldBeFalse();
    }

    [Fact]
    public async Task Only_stale_staging_files_are_removed()
    {
        var staging = Path.Combine(_folder.Path, "packages", ".staging");
        await File.WriteAllTextAsync(Path.Combine(staging, "old"), "left by a crash");
        File.SetLastWriteTimeUtc(Path.Combine(staging, "old"), DateTime.UtcNow.AddDays(-2));
        await using var fresh = await _blobs.StageAsync(new MemoryStream([1]), 10);

        (await _blobs.RemoveStaleStagingAsync(TimeSpan.FromDays(1))).ShouldBe(1);

        Staged().ShouldBe([fresh.StagingPath]);
    }

    [Theory]
    [InlineData("s3://bucket?endpoint=http://localhost")]
    [InlineData("ftp")]
    public void Another_store_is_refused_with_one_clear_line(string packages)
    {
        var exception = Should.Throw<NotSupportedException>(() => PackageBlobStores.Open(packages, _folder.Path));

        exception.Message.ShouldContain("BERTH_PACKAGES");
        exception.Message.ShouldNotContain("\n");
        exception.Message.ShouldNotContain("bucket");
    }

    /// <summary>The lock between storing and removing lies there for good.</summary>
    private string[] Staged() => [.. Directory.GetFiles(Path.Combine(_folder.Path, "packages", ".staging")).Where(path => Path.GetFileName(path) != "unused.lock")];

    private async Task<byte[]> ReadAsync(string digest)
    {
        await using var stream = (await _blobs.OpenAsync(digest)).ShouldNotBeNull();
        using var bytes = new MemoryStream();
        await stream.CopyToAsync(bytes);
        return bytes.ToArray();
    }
}
