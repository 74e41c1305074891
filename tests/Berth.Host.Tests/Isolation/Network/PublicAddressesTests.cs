using System.Net;
using Berth.Host.Isolation.Network;
using FsCheck;
using FsCheck.Fluent;

namespace Berth.Host.Tests.Isolation.Network;

public sealed class PublicAddressesTests
{
    private static readonly Config Runs = Config.QuickThrowOnFailure.WithMaxTest(2_000);

    private static readonly Gen<IPAddress> Four = Gen.ArrayOf(Gen.Choose(0, 255), 4).Select(bytes => new IPAddress(bytes.Select(one => (byte)one).ToArray()));

    private static readonly Gen<byte[]> Tail = Gen.ArrayOf(Gen.Choose(0, 255), 16).Select(bytes => bytes.Select(one => (byte)one).ToArray());

    private static readonly string[] Inner =
    [
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16", "224.0.0.0/4", "240.0.0.0/4",
        "::/128", "::1/128", "::/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/32", "2002::/16", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8",
    ];

    [Theory]
    [InlineData("8.8.8.8", true)]
    [InlineData("100.128.0.1", true)]
    [InlineData("172.15.255.255", true)]
    [InlineData("2606:4700::1111", true)]
    [InlineData("::ffff:8.8.8.8", true)]
    [InlineData("169.254.169.254", false)]
    [InlineData("100.100.100.200", false)]
    [InlineData("192.0.0.192", false)]
    [InlineData("168.63.129.16", false)]
    [InlineData("fd00:ec2::254", false)]
    [InlineData("::ffff:169.254.169.254", false)]
    [InlineData("64:ff9b::a9fe:a9fe", false)]
    [InlineData("2002:a9fe:a9fe::", false)]
    [InlineData("2606:4700::5efe:a00:1", false)]
    [InlineData("fe80::1%1", false)]
    public void What_is_public_is_known(string address, bool isPublic) => PublicAddresses.Contain(IPAddress.Parse(address)).ShouldBe(isPublic);

    [Fact]
    public void Nothing_of_a_network_that_is_not_routed_is_public() =>
        Check.One(Runs, Prop.ForAll((from network in Gen.Elements(Inner) from tail in Tail select (network, tail)).ToArbitrary(), it =>
            !PublicAddresses.Contain(Within(IPNetwork.Parse(it.network), it.tail))));

    [Fact]
    public void A_mapped_address_is_what_it_maps() =>
        Check.One(Runs, Prop.ForAll(Four.ToArbitrary(), four => PublicAddresses.Contain(four.MapToIPv6()) == PublicAddresses.Contain(four)));

    [Fact]
    public void No_other_form_that_carries_an_address_of_version_4_is_public() =>
        Check.One(Runs, Prop.ForAll((from four in Four from prefix in Gen.Elements("::", "64:ff9b::", "64:ff9b:1::", "2001::", "2606:4700::5efe:0:0", "2606:4700::200:5efe:0:0") select (four, prefix)).ToArbitrary(), it =>
        {
            var bytes = IPAddress.Parse(it.prefix).GetAddressBytes();
            it.four.GetAddressBytes().CopyTo(bytes, 12);
            var sixToFour = (byte[])[0x20, 0x02, .. it.four.GetAddressBytes(), .. new byte[10]];
            return !PublicAddresses.Contain(new IPAddress(bytes)) && !PublicAddresses.Contain(new IPAddress(sixToFour));
        }));

    private static IPAddress Within(IPNetwork network, byte[] tail)
    {
        var bytes = network.BaseAddress.GetAddressBytes();
        for (var bit = network.PrefixLength; bit < bytes.Length * 8; bit++)
            bytes[bit / 8] |= (byte)(tail[bit / 8] & (0x80 >> (bit % 8)));
        return new IPAddress(bytes);
    }
}
