"""Exam practice that diagnoses: questions, papers, marks, and what to repair.

========================  =======================================================================
module                    what it is about
========================  =======================================================================
items                     what a question is: one small class for each way of answering
families/                 numeric questions, new numbers for every seed
misconceptions            the named mistakes and the ideas behind them
marking                   points, feedback and mistakes of an answer
seeds                     the random numbers of an item
========================  =======================================================================
"""
