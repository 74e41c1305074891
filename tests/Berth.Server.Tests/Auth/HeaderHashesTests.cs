using System.Runtime.CompilerServices;
using Berth.Server.Auth;

namespace Berth.Server.Tests.Auth;

public sealed class HeaderHashesTests
{
    private readonly HeaderHashes _known = new();

    [Fact]
    public void A_header_is_known_by_being_the_same_string_and_not_by_saying_the_same()
    {
        var header = Header(1);
        _known.Keep(header, "one");
        _known.Find(header).ShouldBe("one");
        _known.Find(Header(1)).ShouldBeNull();
        _known.Find(Header(2)).ShouldBeNull();
    }

    [Fact]
    public void Each_of_many_has_its_own_hash_or_none()
    {
        var headers = Enumerable.Range(0, 5_000).Select(Header).ToList();
        Parallel.For(0, headers.Count, i => _known.Keep(headers[i], $"{i}"));
        var found = headers.Select((header, i) => (Hash: _known.Find(header), Own: $"{i}")).Where(pair => pair.Hash is not null).ToList();
        found.ShouldAllBe(pair => pair.Hash == pair.Own);
        found.Count.ShouldBeInRange(1, 512);
    }

    [Fact]
    public void No_header_is_kept_in_memory()
    {
        var kept = KeepOne();
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        kept.IsAlive.ShouldBeFalse();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private WeakReference KeepOne()
    {
        var header = Header(7);
        _known.Keep(header, "seven");
        return new WeakReference(header);
    }

    private static string Header(int number) => $"Bearer berth_pat_{number}";
}
