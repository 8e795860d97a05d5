"""The transformer of our own runs: it reads bytes and scores the next one. Needs PyTorch."""

import math

import torch.nn.functional as F
from torch import nn

from training.corpus import CONTEXT

VOCAB = 256  # the kinds of bytes


class Block(nn.Module):
    """Attention and a feed-forward layer, each after a normalisation: 12 width^2 weights."""

    def __init__(self, width):
        super().__init__()
        self.heads = max(1, width // 16)
        self.norm1 = nn.LayerNorm(width, bias=False)
        self.norm2 = nn.LayerNorm(width, bias=False)
        self.qkv = nn.Linear(width, 3 * width, bias=False)
        self.out = nn.Linear(width, width, bias=False)
        self.up = nn.Linear(width, 4 * width, bias=False)
        self.down = nn.Linear(4 * width, width, bias=False)

    def attention(self, x):
        batch, length, width = x.shape
        heads = self.qkv(x).view(batch, length, 3, self.heads, width // self.heads)
        query, key, value = heads.permute(2, 0, 3, 1, 4)
        mixed = F.scaled_dot_product_attention(query, key, value, is_causal=True)
        return self.out(mixed.transpose(1, 2).reshape(batch, length, width))

    def feed_forward(self, x):
        return self.down(F.gelu(self.up(x)))

    def forward(self, x):
        x = x + self.attention(self.norm1(x))
        return x + self.feed_forward(self.norm2(x))


class Transformer(nn.Module):
    """Bytes in, scores of the next byte out; embed, place and head share no weights."""

    def __init__(self, width, layers):
        super().__init__()
        self.embed = nn.Embedding(VOCAB, width)
        self.place = nn.Embedding(CONTEXT, width)
        self.blocks = nn.Sequential(*(Block(width) for _ in range(layers)))
        self.norm = nn.LayerNorm(width, bias=False)
        self.head = nn.Linear(width, VOCAB, bias=False)
        for name, weight in self.named_parameters():
            if weight.dim() == 2:  # the gains of the normalisations start at 1
                std = 0.02 if name.startswith(("embed", "place")) else weight.shape[1] ** -0.5
                if name.endswith(("out.weight", "down.weight")):
                    std /= math.sqrt(2 * layers)  # what a block adds starts smaller
                nn.init.normal_(weight, std=std)

    def forward(self, tokens):
        x = self.embed(tokens) + self.place.weight[: tokens.shape[1]]
        return self.head(self.norm(self.blocks(x)))
