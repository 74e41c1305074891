using Berth.Worker.Protocol;
using FsCheck;
using FsCheck.Fluent;

namespace Berth.Worker.Tests.Protocol;

public sealed class ConfinementArgumentsTests
{
    [Fact]
    public void What_is_made_is_read_again_whatever_paths_are_called() =>
        Prop.ForAll<NonNull<string>[], NonNull<string>[]>((names, more) =>
        {
            (char Kind, string Path)[] paths = [.. names.Select((name, i) => ("xrw"[i % 3], $"/{name.Get}"))];
            string[] own = [.. more.Select(one => one.Get)];
            return ConfinementArguments.TryRead([.. ConfinementArguments.Make(paths), .. own], out var read, out var rest) && read.SequenceEqual(paths) && rest.SequenceEqual(own);
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData()]
    [InlineData("--")]
    [InlineData("--confine")]
    [InlineData("--confine", "r:/usr")]
    [InlineData("--confine", "r:usr", "--")]
    [InlineData("--confine", "/usr", "--")]
    [InlineData("--confine", "q:/usr", "--")]
    [InlineData("--confine", "", "--")]
    [InlineData("--check", "r:/usr", "--")]
    [InlineData("r:/usr", "--confine", "--")]
    public void Anything_else_is_refused_and_confines_nothing_by_half(params string[] arguments)
    {
        ConfinementArguments.TryRead(arguments, out var paths, out var rest).ShouldBeFalse();
        paths.ShouldBeEmpty();
        rest.ShouldBeEmpty();
    }
}
