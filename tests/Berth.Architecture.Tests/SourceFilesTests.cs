namespace Berth.Architecture.Tests;

public sealed class SourceFilesTests
{
    [Fact]
    public void No_source_file_is_longer_than_three_hundred_lines() =>
        RepositoryFiles.Sources("src").Where(file => File.ReadLines(file).Count() > 300)
            .Select(file => Path.GetRelativePath(RepositoryFiles.Root, file)).ShouldBeEmpty();

    [Fact]
    public void Nothing_unfinished_is_left_in_the_sources() =>
        RepositoryFiles.Sources("src").Concat(RepositoryFiles.Sources("plugins"))
            .Where(file => File.ReadAllText(file).Contains("NotImplementedException", StringComparison.Ordinal))
            .Select(file => Path.GetRelativePath(RepositoryFiles.Root, file)).ShouldBeEmpty();
}
